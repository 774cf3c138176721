import { validateAppProject } from '../../policy/appProject.ts';
import type { Rule } from '../rule.ts';

/** What Argo CD's API refuses in a project; applied with kubectl, the same mistake works in part or not at all. */
export const appProject: Rule = {
  name: 'appProject',
  summary: 'What Argo CD would refuse in a project',
  codes: ['invalid-project', 'invalid-project-policy', 'invalid-sync-window', 'deny-only-sources'],
  local: true,
  applies: kind => kind === 'AppProject',
  check: ({ document, value }) => ({ problems: document.broken ? [] : validateAppProject(value) }),
};
