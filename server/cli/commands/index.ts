import type { CliCommand } from '../command.ts';
import { diff } from './diff.ts';
import { generate } from './generate.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { plan } from './plan.ts';
import { render } from './render.ts';
import { rollback } from './rollback.ts';
import { sandbox } from './sandbox.ts';
import { status } from './status.ts';
import { sync } from './sync.ts';
import { validate } from './validate.ts';

export const commands: readonly CliCommand[] = [
  validate,
  generate,
  render,
  health,
  status,
  diff,
  plan,
  sync,
  rollback,
  history,
  sandbox,
];
