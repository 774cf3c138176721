import { nameOf } from '../../generate/validate.ts';
import { objectAt } from '../../model/fields.ts';
import type { Problem } from '../../text/finding.ts';
import type { JsonObject } from '../../text/json.ts';
import type { CheckContext, KnownApplication, Rule, Subject } from '../rule.ts';

/**
 * Two makers of one Application overwrite each other where one Argo CD gets both. Copies of a manifest in different folders are often meant
 * for different clusters (an overlay per environment), so those are only mentioned.
 */
export const duplicateApplication: Rule = {
  name: 'duplicateApplication',
  summary: 'An Application that another file or ApplicationSet of the workspace makes, too',
  codes: ['duplicate-application'],
  applies: kind => kind === 'Application' || kind === 'ApplicationSet',
  check: (subject, context) => ({
    problems: subject.kind === 'Application' ? ofApplication(subject, context) : ofSet(subject, context),
  }),
};

function ofApplication(subject: Subject, { workspace }: CheckContext): readonly Problem[] {
  const name = nameOf(subject.value);
  if (name === '') return [];
  const others = othersOf(workspace?.applicationsNamed(namespaceOf(subject.value), name) ?? [], subject);
  const [first] = others;
  if (!first) return [];
  const isCertain = others.some(
    it => it.generatedBy !== undefined || folderOf(it.file) === folderOf(subject.file.file),
  );
  return [
    {
      code: 'duplicate-application',
      path: '/metadata/name',
      message: `Application "${name}" is also made by ${toldOf(first, subject)}${moreThan(others)}. ${consequence}`,
      ...(isCertain ? {} : { severity: 'hint' as const }),
    },
  ];
}

function ofSet(subject: Subject, { workspace, generation }: CheckContext): readonly Problem[] {
  const generated = workspace && generation?.(subject.document);
  if (!generated) return [];
  const doubles = generated.applications.flatMap(({ application }) => {
    const name = nameOf(application);
    const others = othersOf(workspace.applicationsNamed(namespaceOf(application), name), subject);
    return others[0] ? [{ name, others, first: others[0] }] : [];
  });
  const [double] = doubles;
  if (!double) return [];
  const more =
    doubles.length > 1 ? `; ${doubles.length - 1} more Applications of this set are made elsewhere, too` : '';
  return [
    {
      code: 'duplicate-application',
      path: '/spec/template/metadata/name',
      message: `Application "${double.name}" is also made by ${toldOf(double.first, subject)}${moreThan(double.others)}${more}. ${consequence}`,
    },
  ];
}

const consequence = 'Where one Argo CD gets both, they overwrite each other; give one another name.';

/** What stands in this very document is not another. */
function othersOf(known: readonly KnownApplication[], { file, document }: Subject): readonly KnownApplication[] {
  return known.filter(it => it.file !== file.file || it.document !== document.index);
}

function toldOf({ file, document, generatedBy }: KnownApplication, subject: Subject): string {
  const where = file === subject.file.file ? `document ${document + 1} of this file` : shortened(file);
  return generatedBy === undefined ? where : `ApplicationSet "${generatedBy}" (${where})`;
}

const moreThan = (others: readonly unknown[]): string => (others.length > 1 ? ` and by ${others.length - 1} more` : '');

/** The last folders of a path say enough, and stay the same on every machine. */
const shortened = (file: string): string => file.split('/').slice(-3).join('/');
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);

function namespaceOf(application: JsonObject): string {
  const { namespace } = objectAt(application, 'metadata');
  return typeof namespace === 'string' ? namespace : '';
}
