import { countOf, nameOf, originStep, originText } from '../core/assist/previewText.ts';
import type { GeneratedApplication, Origin } from '../core/generate/generation.ts';
import type { Json } from '../core/text/json.ts';
import type { IndexEntry, SetGeneration } from '../engine/workbench.ts';
import type { TreeNode } from '../protocol/requests.ts';

/** Ids are paths of the tree: `set|file|document`, `app|file|document|index`, `origin|…|step`, `params|…`. */
export type NodeId =
  | { readonly kind: 'set'; readonly file: string; readonly document: number }
  | {
      readonly kind: 'application' | 'parameters';
      readonly file: string;
      readonly document: number;
      readonly index: number;
    }
  | {
      readonly kind: 'origin';
      readonly file: string;
      readonly document: number;
      readonly index: number;
      readonly step: number;
    };

export function idText(id: NodeId): string {
  return JSON.stringify(Object.values(id));
}

export function idFrom(text: string): NodeId | undefined {
  const parts = text.startsWith('[') ? partsOf(text) : undefined;
  if (!parts) return undefined;
  const [kind, file, document, index, step] = parts;
  if (typeof file !== 'string' || typeof document !== 'number') return undefined;
  if (kind === 'set') return { kind, file, document };
  if (typeof index !== 'number') return undefined;
  if (kind === 'application' || kind === 'parameters') return { kind, file, document, index };
  return kind === 'origin' && typeof step === 'number' ? { kind, file, document, index, step } : undefined;
}

function partsOf(text: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    // An id of another version of the server, kept by the editor: there is no such node.
    return undefined;
  }
}

/** What a line of the tree says about a whole set; kept without the set's Applications. */
export interface SetSummary {
  readonly count: string;
  readonly problems: number;
  readonly refused: string | undefined;
}

export function summaryOf({ generation, findings }: SetGeneration): SetSummary {
  const problems = findings.filter(it => it.severity === 'error' || it.severity === 'warning').length;
  return { count: countOf(generation), problems, refused: generation.refused };
}

export function setNode(entry: IndexEntry, summary: SetSummary | undefined, uri: string): TreeNode {
  const name = entry.name || '(no name)';
  const { problems, refused, count } = summary ?? { problems: 0, refused: undefined, count: 'reading…' };
  const told = problems > 0 ? `${count}, ${problems} ${problems === 1 ? 'finding' : 'findings'}` : count;
  return {
    id: idText({ kind: 'set', file: entry.file, document: entry.document }),
    label: name,
    description: told,
    tooltip: [entry.file, ...(refused === undefined ? [] : [`The controller refuses this set: ${refused}`])].join('\n'),
    icon: refused === undefined ? (problems > 0 ? 'warning' : 'layers') : 'error',
    context: 'applicationSet',
    children: 'collapsed',
    set: { uri, document: entry.document, name },
    accessibility: `ApplicationSet ${name}, ${told}`,
  };
}

export function applicationNodes(generated: SetGeneration): readonly TreeNode[] {
  const { file, document, generation } = generated;
  const nodes = generation.applications.map((it, index): TreeNode => {
    const name = nameOf(it);
    return {
      id: idText({ kind: 'application', file, document, index }),
      label: name,
      description: originText(it.origin),
      tooltip: [name, originText(it.origin), ...(it.skipped === undefined ? [] : [`Not created: ${it.skipped}`])].join(
        '\n',
      ),
      icon: it.skipped === undefined ? 'symbol-class' : 'warning',
      context: 'application',
      children: 'collapsed',
      accessibility: `Application ${name}${it.skipped === undefined ? '' : ', not created'}, from ${originText(it.origin)}`,
    };
  });
  const unknown = generation.unknown.map(
    (it, index): TreeNode => ({
      id: `unknown|${file}|${document}|${index}`,
      label: `${it.kind}: not known here`,
      description: it.why,
      tooltip: `${it.of}\n${it.why}`,
      icon: 'question',
      context: 'unknown',
      children: 'none',
    }),
  );
  const refused: readonly TreeNode[] =
    generation.refused === undefined
      ? []
      : [
          {
            id: `refused|${file}|${document}`,
            label: 'Refused by the controller',
            description: generation.refused,
            tooltip: generation.refused,
            icon: 'error',
            context: 'unknown',
            children: 'none',
          },
        ];
  return [...refused, ...nodes, ...unknown];
}

/** Why an Application exists, step by step, then the parameters that it was made from. */
export function reasonNodes(generated: SetGeneration, index: number): readonly TreeNode[] {
  const { file, document } = generated;
  const application = generated.generation.applications[index];
  if (!application) return [];
  const steps = application.origin.map(
    (it, step): TreeNode => ({
      id: idText({ kind: 'origin', file, document, index, step }),
      label: originStep(it),
      ...(it.source && { description: sourceText(it) }),
      tooltip: it.source ? `Open ${sourceText(it)}` : it.path,
      icon: iconOf(it),
      context: it.source ? 'reason source' : 'reason',
      children: 'none',
    }),
  );
  return [
    ...steps,
    {
      id: idText({ kind: 'parameters', file, document, index }),
      label: 'Parameters',
      description: `${Object.keys(application.parameters).length}`,
      icon: 'symbol-parameter',
      context: 'parameters',
      children: 'collapsed',
    },
  ];
}

const icons: Readonly<Record<string, string>> = {
  list: 'list-unordered',
  clusters: 'server-environment',
  git: 'git-branch',
  matrix: 'table',
  merge: 'git-merge',
};

const iconOf = (origin: Origin): string => icons[origin.generator] ?? 'symbol-event';

function sourceText({ source }: Origin): string {
  if (!source) return '';
  return source.kind === 'cluster'
    ? `cluster Secret ${source.namespace}/${source.name}`
    : `${source.path || '.'} in ${source.repoURL}`;
}

export function parameterNodes(application: GeneratedApplication, id: string): readonly TreeNode[] {
  return flatten(application.parameters, '').map(
    ([name, value]): TreeNode => ({
      id: `${id}|${name}`,
      label: name,
      description: value,
      tooltip: `${name}: ${value}`,
      icon: 'symbol-key',
      context: 'parameter',
      children: 'none',
    }),
  );
}

function flatten(value: Json, name: string): readonly (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length > 0) return entries.flatMap(([key, it]) => flatten(it, name === '' ? key : `${name}.${key}`));
  }
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
}
