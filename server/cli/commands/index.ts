import type { CliCommand } from '../command.ts';
import { generate } from './generate.ts';
import { health } from './health.ts';
import { render } from './render.ts';
import { status } from './status.ts';
import { validate } from './validate.ts';

export const commands: readonly CliCommand[] = [validate, generate, render, health, status];
