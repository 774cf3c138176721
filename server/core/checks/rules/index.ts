import type { Rule } from '../rule.ts';
import { analysisTemplate } from './analysisTemplate.ts';
import { annotation } from './annotation.ts';
import { application } from './application.ts';
import { appProject } from './appProject.ts';
import { duplicateApplication } from './duplicateApplication.ts';
import { duplicateKey } from './duplicateKey.ts';
import { generatedApplication } from './generatedApplication.ts';
import { generation } from './generation.ts';
import { rollout } from './rollout.ts';
import { schema } from './schema.ts';
import { syncOption } from './syncOption.ts';
import { unquotedTemplate } from './unquotedTemplate.ts';

/** Every rule, in the order in which they run; findings are sorted by place afterwards. */
export const rules: readonly Rule[] = [
  duplicateKey,
  unquotedTemplate,
  schema,
  annotation,
  syncOption,
  generation,
  generatedApplication,
  duplicateApplication,
  application,
  appProject,
  rollout,
  analysisTemplate,
];
