import { github } from './github.ts';
import { json } from './json.ts';
import type { Printer } from './printer.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const printers: readonly Printer[] = [text, json, sarif, github];
