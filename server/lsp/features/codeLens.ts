import type { CodeLens } from 'vscode-languageserver';
import { countOf } from '../../core/assist/previewText.ts';
import { ownKind } from '../../core/model/ours.ts';
import type { SetGeneration } from '../../engine/workbench.ts';
import { openPreviewCommand, type SetReference } from '../../protocol/requests.ts';
import { rangeOf } from '../convert.ts';
import type { Session } from '../session.ts';

/** `12 Applications` above each ApplicationSet, from the newest answer that is there: a lens never waits. */
export function codeLenses(session: Session, uri: string): CodeLens[] {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  if (!source) return [];
  return source.documents
    .filter(it => ownKind(it) === 'ApplicationSet')
    .map(document => {
      const at = document.spanOf('/kind', 'key') ?? document.span;
      const reference: SetReference = { uri, document: document.index, name: document.name ?? 'applicationset' };
      const generated = session.workbench.latestGeneration(file, document.index);
      return {
        range: rangeOf(at, source.lines),
        command: { title: lensTitle(generated), command: openPreviewCommand, arguments: [reference] },
      };
    });
}

export function lensTitle(generated: SetGeneration | undefined): string {
  if (!generated) return 'Generating…';
  const { generation, findings } = generated;
  const count = generation.refused === undefined ? countOf(generation) : 'No Applications: refused by the controller';
  const wrong = findings.filter(it => it.severity === 'error' || it.severity === 'warning').length;
  const told = wrong === 0 ? '' : ` · ${wrong} ${wrong === 1 ? 'finding' : 'findings'}`;
  return `${count}${told}${generated.complete ? '' : ' …'}`;
}
