import type { CompletionItem, CompletionList, CompletionParams } from 'vscode-languageserver';
import { completeArgument } from '../../core/assist/argumentCompletion.ts';
import { completeName, type KnownNames } from '../../core/assist/nameCompletion.ts';
import { completeTemplate } from '../../core/assist/templateCompletion.ts';
import { clusterOf } from '../../core/model/cluster/secret.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject } from '../../core/text/json.ts';
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
    const inTemplate =
      at && ownKind(document) === 'ApplicationSet'
        ? completeTemplate(document, at, parametersOf(session, file, document.index))
        : undefined;
    const braces = inTemplate ?? (at && completeArgument(document, at));
    if (braces) return braces.map((it, order) => completionItem(it, order, source.lines));
    // These open a list inside of templates only; a blank also behind a key.
    if (context?.triggerCharacter !== undefined && !/[ /]/.test(context.triggerCharacter)) return [];
    const named = at ? completeName(document, at, knownNames(session)) : [];
    const own = named.map((it, order) => completionItem(it, order, source.lines));
    const schema = await bySchema(session, uri, cursor);
    const labels = new Set(own.map(it => it.label));
    return [...own, ...schema.filter(it => !labels.has(it.label))];
  },
};

function knownNames({ workbench }: Session): KnownNames {
  const clusters = workbench.lookup({ kind: 'Secret' }).flatMap(({ secretType, value }) => {
    const cluster = secretType === 'cluster' && isObject(value) ? clusterOf(value) : undefined;
    return cluster ? [cluster] : [];
  });
  return { projects: workbench.lookup({ kind: 'AppProject' }).map(it => it.name), clusters, repositories: [] };
}

async function bySchema(session: Session, uri: string, { source, offset }: Cursor): Promise<CompletionItem[]> {
  if (!session.options.schemaFeatures || !session.schemas) return [];
  const { items } = await session.schemas.complete({ uri, text: source.text, version: 0 }, offset);
  return items;
}
