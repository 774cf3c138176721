import type { GeneratedApplication, Generation, Origin } from '../generate/generation.ts';
import { yamlText } from './yamlText.ts';

export interface PreviewHead {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly complete: boolean;
}

/** The text of a preview: what is known, what is not and why, then every Application with the reason why it exists. */
export function previewText(head: PreviewHead, generation: Generation, limit: number): string {
  const { applications } = generation;
  const set = [head.namespace, head.name].filter(Boolean).join('/') || 'ApplicationSet';
  const lines = [`# ${set}: ${countOf(generation)}${head.complete ? '' : ' (still reading)'}`];
  if (generation.refused !== undefined)
    lines.push(...comment(`The controller refuses this set and changes nothing: ${generation.refused}`));
  for (const it of generation.unknown) lines.push(...comment(`Not known here: ${it.of}. ${it.why}`));
  const shown = applications.slice(0, limit);
  const documents = shown.map(it => `---\n${comment(originText(it.origin)).join('\n')}\n${yamlText(it.application)}`);
  const rest = applications.length - shown.length;
  if (rest > 0) documents.push(`---\n# and ${rest} more; the view "Generated Applications" lists them all\n`);
  return `${lines.join('\n')}\n${documents.join('')}`;
}

function comment(text: string): readonly string[] {
  return text.split('\n').map(it => `# ${it}`);
}

export function countOf({ applications, missing, unknown, refused }: Generation): string {
  if (refused !== undefined) return 'refused';
  const count = applications.length === 1 ? '1 Application' : `${applications.length} Applications`;
  return missing.length > 0 || unknown.length > 0 ? `${count}, others not known` : count;
}

/** `matrix › git apps/web › cluster prod (selector env=prod)` */
export function originText(origin: readonly Origin[]): string {
  return origin.map(originStep).join(' › ') || 'the template itself';
}

export function originStep(it: Origin): string {
  return `${it.generator}${it.item === undefined ? '' : ` ${it.item}`}${it.note === undefined ? '' : ` (${it.note})`}`;
}

export function nameOf({ application }: GeneratedApplication): string {
  const metadata = application.metadata;
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined;
  return typeof name === 'string' && name !== '' ? name : '(no name)';
}
