import type { GeneratedApplication, Generation, Origin } from '../generate/generation.ts';
import { yamlText } from './yamlText.ts';

export interface PreviewHead {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly complete: boolean;
  /** Set where the repositories were read at a chosen revision. */
  readonly revision?: string;
}

export interface Preview {
  readonly text: string;
  /** Where the text names what produced an Application. */
  readonly links: readonly PreviewLink[];
}

export interface PreviewLink {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
}

export interface PreviewLimits {
  /** Applications written out. */
  readonly whole: number;
  /** Names listed after them. */
  readonly names: number;
}

/** The text of a preview: what is known, what is not and why, then every Application with the reason why it exists. */
export function previewOf(head: PreviewHead, generation: Generation, limits: PreviewLimits): Preview {
  const { applications } = generation;
  const links: PreviewLink[] = [];
  const parts: string[] = [];
  let line = 0;
  const add = (text: string): void => {
    parts.push(text);
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) line += 1;
  };
  add(headOf(head, generation));
  const whole = applications.filter(it => it.partial !== true).slice(0, limits.whole);
  for (const it of whole) {
    add('---\n');
    const why = reasonLine(it.origin, line);
    links.push(...why.links);
    add(`${why.text}\n`);
    if (it.skipped !== undefined) add(comment(`not created: ${it.skipped}`));
    add(yamlText(it.application));
  }
  const shown = new Set(whole);
  const rest = applications.filter(it => !shown.has(it));
  if (rest.length > 0) {
    add(`---\n# ${rest.length} more:\n`);
    add(
      rest
        .slice(0, limits.names)
        .map(it => `#   ${nameOf(it)}\n`)
        .join(''),
    );
    if (rest.length > limits.names) add('#   … the view "Generated Applications" lists them all\n');
  }
  return { text: parts.join(''), links };
}

function headOf(head: PreviewHead, generation: Generation): string {
  const set = [head.namespace, head.name].filter(Boolean).join('/') || 'ApplicationSet';
  const at = head.revision === undefined ? '' : ` at ${head.revision}`;
  const lines = [`# ${set}${at}: ${countOf(generation)}${head.complete ? '' : ' (still reading)'}\n`];
  if (generation.refused !== undefined)
    lines.push(comment(`The controller refuses this set and changes nothing: ${generation.refused}`));
  for (const it of generation.unknown) lines.push(comment(`not known here: ${it.of}. ${it.why}`));
  return lines.join('');
}

function reasonLine(origin: readonly Origin[], line: number): { text: string; links: readonly PreviewLink[] } {
  const links: PreviewLink[] = [];
  let text = '# from ';
  origin.forEach((it, at) => {
    if (at > 0) text += ' › ';
    const step = oneLine(originStep(it));
    if (it.source || it.itemPath !== undefined)
      links.push({ line, start: text.length, end: text.length + step.length, origin: it });
    text += step;
  });
  return { text: origin.length === 0 ? '# from the template itself' : text, links };
}

function comment(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(it => `# ${it}\n`)
    .join('');
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

export function countOf({ applications, missing, unknown, refused }: Generation): string {
  if (refused !== undefined) return 'refused';
  if (applications.length === 0 && unknown.length > 0) return 'Applications not known here';
  const count = applications.length === 1 ? '1 Application' : `${applications.length} Applications`;
  return missing.length > 0 || unknown.length > 0 ? `${count}, others not known` : count;
}

/** `matrix › git apps/web › cluster prod (selector env=prod)` */
export function originText(origin: readonly Origin[]): string {
  return origin.map(originStep).join(' › ') || 'the template itself';
}

/** `git apps/web`, `cluster prod`: an item that names its generator is not named twice. */
export function originStep({ generator, item, note }: Origin): string {
  const named = item?.startsWith(`${generator.replace(/s$/, '')} `);
  const step = item === undefined ? generator : named ? item : `${generator} ${item}`;
  return note === undefined ? step : `${step} (${note})`;
}

export function nameOf({ application }: GeneratedApplication): string {
  const metadata = application.metadata;
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined;
  return typeof name === 'string' && name !== '' ? name : '(no name)';
}
