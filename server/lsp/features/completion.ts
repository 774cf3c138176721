import type { CompletionItem, CompletionList, CompletionParams } from 'vscode-languageserver';
import { completeArgument } from '../../core/assist/argumentCompletion.ts';
import { completeIgnore } from '../../core/assist/ignoreCompletion.ts';
import { completeName, type KnownNames } from '../../core/assist/nameCompletion.ts';
import { valueAt } from '../../core/assist/parameters.ts';
import { completeTemplate } from '../../core/assist/templateCompletion.ts';
import { codes } from '../../core/checks/codes.ts';
import type { SourceFile } from '../../core/documents/document.ts';
import { clusterOf } from '../../core/model/cluster/secret.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject, type Json } from '../../core/text/json.ts';
import { completionItem } from '../convert.ts';
import type { Feature } from '../feature.ts';
import { type Cursor, cursorAt, parametersOf, type Session } from '../session.ts';

/** Parameters and functions inside of `{{ }}`; names of the workspace; keys and values by schema. */
export const completion: Feature<CompletionParams, CompletionItem[] | CompletionList> = {
  name: 'completion',
  method: 'textDocument/completion',
  capabilities: { completionProvider: { triggerCharacters: ['.', '{', '$', '|', '(', ' ', '/'] } },
  neutral: [],
  handle: async (session, { textDocument: { uri }, position, context }) => {
    const cursor = cursorAt(session, uri, position);
    if (!cursor || !ownKind(cursor.document)) return [];
    const { document, at, source, file } = cursor;
    const ignoring = completeIgnore(source, cursor.offset, session.findings.get(file)?.findings ?? [], codes);
    if (ignoring) return ignoring.map((it, order) => completionItem(it, order, source.lines));
    const inTemplate =
      at && ownKind(document) === 'ApplicationSet'
        ? completeTemplate(document, at, parametersOf(session, file, document.index))
        : undefined;
    const braces = inTemplate ?? (at && completeArgument(document, at));
    if (braces) return braces.map((it, order) => completionItem(it, order, source.lines));
    // These open a list inside of templates only; a blank also behind a key.
    if (context?.triggerCharacter !== undefined && !/[ /]/.test(context.triggerCharacter)) return [];
    const named = at ? completeName(document, at, knownNames(session, source)) : [];
    const own = named.map((it, order) => completionItem(it, order, source.lines));
    const schema = await bySchema(session, uri, cursor);
    const labels = new Set(own.map(it => it.label));
    return [...own, ...schema.filter(it => !labels.has(it.label))];
  },
};

function knownNames({ workbench }: Session, source: SourceFile): KnownNames {
  const clusters = workbench.lookup({ kind: 'Secret' }).flatMap(({ secretType, value }) => {
    const cluster = secretType === 'cluster' && isObject(value) ? clusterOf(value) : undefined;
    return cluster ? [cluster] : [];
  });
  const projects = workbench.lookup({ kind: 'AppProject' });
  const allowed = projects
    .flatMap(({ value }) => stringsAt(value, 'spec', 'sourceRepos'))
    .filter(it => !/[*!]/.test(it));
  const repositories = [...new Set([...source.documents.flatMap(it => repositoriesIn(it.value)), ...allowed])];
  return { projects: projects.map(it => it.name), clusters, repositories };
}

function stringsAt(value: Json | undefined, ...path: readonly string[]): readonly string[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.filter(it => typeof it === 'string') : [];
}

/** Whoever writes a source usually names a repository that the file names already. */
function repositoriesIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(repositoriesIn);
  if (!isObject(value)) return [];
  const { repoURL } = value;
  const own = typeof repoURL === 'string' && /:/.test(repoURL) && !repoURL.includes('{{') ? [repoURL] : [];
  return [...own, ...Object.values(value).flatMap(repositoriesIn)];
}

async function bySchema(session: Session, uri: string, { source, offset }: Cursor): Promise<CompletionItem[]> {
  if (!session.options.schemaFeatures || !session.schemas) return [];
  const { items } = await session.schemas.complete({ uri, text: source.text, version: 0 }, offset);
  return items;
}
