import { goQuote } from '../generate/go/print.ts';
import { Refused } from './stop.ts';

/** What Argo CD tells of a command that it ran: to be copied into a terminal (argo-cd:util/exec/exec.go GetCommandArgsToLog). */
export function commandText(args: readonly string[]): string {
  return args.map(arg => (arg === '' ? '""' : /\s/.test(arg) ? goQuote(arg) : arg)).join(' ');
}

/** And what it says of one that failed (CmdError). */
export function failedCommand(args: readonly string[], stderr: string): Refused {
  const told = stderr.trim();
  return new Refused(`\`${args.join(' ')}\` failed exit status 1${told === '' ? '' : `: ${told}`}`);
}
