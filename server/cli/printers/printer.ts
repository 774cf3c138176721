import type { Report } from '../findings.ts';

/** How a report is written: one file, one record, one line in `index.ts`. */
export interface Printer {
  readonly name: string;
  readonly summary: string;
  print(report: Report): string;
}
