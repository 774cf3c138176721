import type { ManifestDocument, NodeAt } from '../documents/document.ts';
import { contextAt } from '../generate/templates/cursor.ts';
import { templateFunctions } from '../generate/templates/functions.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { flatParameters, type Parameter, parametersBelow } from './parameters.ts';
import type { Suggestion } from './suggestion.ts';

/** Whether the set's templates are Go's; otherwise they are fasttemplate's (argo-semantics 1.2). */
export function usesGoTemplate(document: ManifestDocument): boolean {
  const spec = isObject(document.value) ? document.value.spec : undefined;
  return isObject(spec) && spec.goTemplate === true;
}

/**
 * What can stand at the cursor inside of `{{ }}`: parameters that really exist, with values they take, and functions. `undefined` outside
 * of a template, where others complete.
 */
export function completeTemplate(
  document: ManifestDocument,
  at: NodeAt,
  sets: readonly JsonObject[],
): readonly Suggestion[] | undefined {
  if (!at.scalar) return undefined;
  const { text, offset } = at.scalar;
  const found = usesGoTemplate(document) ? goSuggestions(text, offset, sets) : fastSuggestions(text, offset, sets);
  return found?.map(({ within, ...it }) => {
    const replace = document.spanWithin(at.path, within);
    return replace ? { ...it, replace } : it;
  });
}

/** Still in offsets of the decoded text. */
interface Local extends Omit<Suggestion, 'replace'> {
  readonly within: Span;
}

function goSuggestions(text: string, offset: number, sets: readonly JsonObject[]): readonly Local[] | undefined {
  const context = contextAt(text, offset);
  const closing = closingAfter(text, offset);
  switch (context.kind) {
    case 'outside':
      return undefined;
    case 'nothing':
      return [];
    case 'variable':
      return variables(context.variables, context.span, closing);
    case 'field':
      return context.base === undefined
        ? []
        : fields(context.base, sets, { text, span: context.span, closing, dot: true });
    case 'function': {
      const { span } = context;
      const own = context.dot === undefined ? [] : fields(context.dot, sets, { text, span, closing, dot: false });
      return [
        ...own,
        ...variables(
          context.variables.filter(it => it !== '$'),
          span,
          closing,
        ),
        ...functions(span),
        ...(context.first ? keywords(span) : []),
      ];
    }
  }
}

interface Site {
  readonly text: string;
  readonly span: Span;
  readonly closing: string;
  /** Whether the dot before the name is written already. */
  readonly dot: boolean;
}

/** Plain fields first; what needs a function to be reached stands behind them. */
function fields(base: readonly string[], sets: readonly JsonObject[], site: Site): readonly Local[] {
  const found = parametersBelow(base, sets);
  const isPlain = (it: Parameter) => it.path.every(isName);
  return [
    ...found.filter(isPlain).map(it => dotted(it, site)),
    ...found.filter(it => !isPlain(it)).map(it => looked(it, site)),
  ];
}

/**
 * All of a list replace the whole operand (`.path.` and not only what stands behind its last dot): an editor compares each with the text that
 * it replaces, and mixed ranges would put long ones first.
 */
function operandOf({ text, span, dot }: Site): { readonly written: string; readonly within: Span } {
  const written = dot ? (/[$\w.]*$/.exec(text.slice(0, span.start))?.[0] ?? '') : '';
  return { written, within: { start: span.start - written.length, end: span.end } };
}

function dotted(parameter: Parameter, site: Site): Local {
  const { written, within } = operandOf(site);
  const label = `${written === '' ? '.' : written}${parameter.path.join('.')}`;
  return { label, kind: 'parameter', ...words(parameter), insert: label + site.closing, within };
}

/** A key that is no Go identifier is reached by `index` only. */
function looked(parameter: Parameter, site: Site): Local {
  const { written, within } = operandOf(site);
  const at = parameter.path.findIndex(it => !isName(it));
  const head = [written.replace(/\.$/, ''), ...parameter.path.slice(0, at)].join('.');
  const keys = parameter.path.slice(at).map(it => (/^\d+$/.test(it) ? it : JSON.stringify(it)));
  const call = `index ${head === '' ? '.' : head} ${keys.join(' ')}`;
  const alone = /\{\{-?\s*$/.test(site.text.slice(0, within.start));
  return {
    label: call,
    kind: 'parameter',
    ...words(parameter),
    insert: (alone ? call : `(${call})`) + site.closing,
    filter: `${written === '' ? '.' : written}${parameter.path.join('.')}`,
    within,
  };
}

const isName = (key: string): boolean => /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(key);

function variables(names: readonly string[], within: Span, closing: string): readonly Local[] {
  return names.map(label => ({ label, kind: 'variable', insert: label + closing, within }));
}

function functions(within: Span): readonly Local[] {
  return [...templateFunctions.values()].map(({ name, signature, summary, volatile }) => ({
    label: name,
    kind: 'function',
    detail: signature,
    documentation: volatile ? `${summary}\n\nGives another result on every call.` : summary,
    insert: name,
    within,
  }));
}

const control: readonly (readonly [string, string])[] = [
  ['if', 'Text only where a value is not empty: `{{ if .x }}…{{ else }}…{{ end }}`'],
  ['else', 'What stands where the condition does not hold'],
  ['end', 'Ends `if`, `range`, `with`, `define` and `block`'],
  ['range', 'Text for each element: `{{ range .list }}…{{ end }}`; `.` is the element'],
  ['with', 'Makes a value the `.` of its body, where it is not empty'],
  ['define', 'Defines a template of this text'],
  ['template', 'Runs a defined template'],
  ['block', 'Defines a template and runs it here'],
];

function keywords(within: Span): readonly Local[] {
  return control.map(([label, documentation]) => ({ label, kind: 'keyword', documentation, insert: label, within }));
}

function fastSuggestions(text: string, offset: number, sets: readonly JsonObject[]): readonly Local[] | undefined {
  const open = text.lastIndexOf('{{', offset - 1);
  if (open === -1 || open + 2 > offset || text.slice(open, offset).includes('}}')) return undefined;
  const typed = text.slice(open + 2, offset);
  const start = offset - typed.trimStart().length;
  const rest = /^[^{}\s]*/.exec(text.slice(offset))?.[0] ?? '';
  const closing = closingAfter(text, offset);
  return flatParameters(sets).map(parameter => {
    const label = parameter.path.join('.');
    return {
      label,
      kind: 'parameter',
      ...words(parameter),
      insert: label + closing,
      within: { start, end: offset + rest.length },
    };
  });
}

/** ` }}` where nobody has closed the action yet; an editor usually has. */
function closingAfter(text: string, offset: number): string {
  const rest = text.slice(offset);
  const close = rest.indexOf('}}');
  const open = rest.indexOf('{{');
  if (close !== -1 && (open === -1 || close < open)) return '';
  return /\{\{-?\s+\S*$/.test(text.slice(0, offset)) ? ' }}' : '}}';
}

function words({ examples, present, of }: Parameter): { readonly detail: string; readonly documentation: string } {
  const list = examples.map(it => `- \`${it.replaceAll('`', 'ˋ')}\``).join('\n');
  const some = present < of ? `\n\nOnly ${present} of ${of} parameter sets have it.` : '';
  return { detail: examples.slice(0, 2).join(', '), documentation: `Values it takes:\n\n${list}${some}` };
}
