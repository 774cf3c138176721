import type { Printer } from './printer.ts';

export const json: Printer = {
  name: 'json',
  summary: 'for programs; a stable shape',
  print: report => `${JSON.stringify(report, undefined, 2)}\n`,
};
