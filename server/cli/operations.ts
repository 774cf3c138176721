import type { Command } from 'commander';
import type { OperationState, OperationStep } from '../core/status/application.ts';
import type { PlanRequest, SyncPlan } from '../engine/delivery.ts';
import type { ClusterOptions, Opened } from './cluster.ts';
import { CannotDo, type ExitStatus, type World } from './command.ts';

/** What `sync` and `rollback` do after the plan; the same words in both. */
export interface RunningOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
  readonly prune?: boolean;
  readonly confirmPrune?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
}

export function addRunningOptions(command: Command): Command {
  return command
    .option('--prune', 'delete what is not in the manifests any more')
    .option('--confirm-prune', 'confirm the deletion of what has Prune=confirm')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--yes', 'accept the plan without being asked')
    .option('--wait', 'until the Application is healthy')
    .option('--timeout <SECONDS>', 'give up waiting after this time; what runs goes on', Number, 600);
}

/** The JSON shapes of `--output json`, one a line; they are stable. */
export type SyncEvent =
  | ({ readonly event: 'plan' } & PrintedPlan)
  | { readonly event: 'operation'; readonly phase: string; readonly message: string }
  | ({ readonly event: 'resource' } & PrintedStep)
  | { readonly event: 'health'; readonly health: string; readonly message: string }
  | { readonly event: 'refused'; readonly refusals: SyncPlan['refusals'] }
  | { readonly event: 'end'; readonly phase: string; readonly message: string };

export interface PrintedPlan {
  readonly steps: SyncPlan['steps'];
  readonly refusals: SyncPlan['refusals'];
  readonly warnings: readonly string[];
}

type PrintedStep = Pick<
  OperationStep,
  'phase' | 'wave' | 'action' | 'group' | 'kind' | 'namespace' | 'name' | 'state' | 'message' | 'log'
>;

/** Plans, shows, asks, runs and follows to the end. An operation of ours that was interrupted goes on instead. */
export async function runOperation(
  opened: Opened,
  request: PlanRequest,
  options: RunningOptions,
  world: World,
): Promise<ExitStatus> {
  const { id, delivery } = opened;
  const say = sayer(options, world);
  const operation = await delivery.resume(id);
  if (operation) {
    say({ event: 'operation', phase: operation.phase, message: 'An interrupted operation goes on.' });
    return follow(opened, options, say);
  }
  const plan = await delivery.plan(id, request);
  say({ event: 'plan', ...printedPlan(plan) });
  if (plan.refusals.length > 0) return 1;
  if (!request.dryRun && !options.yes && !(await world.confirm('Do this?')))
    throw new CannotDo('Nothing was done. Accept the plan with --yes.');
  const answer = await delivery.execute(plan);
  if (answer.kind === 'refused') {
    say({ event: 'refused', refusals: answer.refusals });
    return 1;
  }
  return follow(opened, options, say);
}

async function follow(opened: Opened, options: RunningOptions, say: Say): Promise<ExitStatus> {
  const { id, delivery } = opened;
  const until = Date.now() + options.timeout * 1000;
  const steps = new Map<string, string>();
  let phase = '';
  const tell = (state: OperationState): void => {
    for (const step of state.steps) {
      const key = `${step.phase} ${step.group}/${step.kind}/${step.namespace}/${step.name}`;
      const now = `${step.state} ${step.message}`;
      if (step.state === 'waiting' || steps.get(key) === now) continue;
      steps.set(key, now);
      say({ event: 'resource', ...printedStep(step) });
    }
    const now = `${state.phase} ${state.message}`;
    if (now === phase || state.finishedAt !== undefined) return;
    phase = now;
    say({ event: 'operation', phase: state.phase, message: state.message });
  };
  const subscription = delivery.subscribe(event => {
    if (event.kind === 'operation' && event.operation.application === id) tell(event.operation);
  });
  try {
    const ended = await before(delivery.operationSettled(id), until);
    if (!ended) {
      say({
        event: 'end',
        phase: 'Running',
        message: `not done after ${options.timeout} s; it goes on with the next sync`,
      });
      return 1;
    }
    tell(ended);
    say({ event: 'end', phase: ended.phase, message: ended.message });
    if (ended.phase !== 'Succeeded') return 1;
    return options.wait && !ended.dryRun ? await healthy(opened, until, say) : 0;
  } finally {
    subscription.dispose();
  }
}

/** `undefined` where the time is up first. */
async function before<T>(work: Promise<T>, until: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, until - Date.now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function healthy({ id, delivery }: Opened, until: number, say: Say): Promise<ExitStatus> {
  let told = '';
  while (Date.now() < until) {
    await delivery.refresh(id);
    const { health = 'Unknown', message = '' } = delivery.application(id) ?? {};
    if (health !== told) say({ event: 'health', health, message });
    told = health;
    if (health === 'Healthy') return 0;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  say({ event: 'end', phase: 'Succeeded', message: 'synced, but not healthy in time' });
  return 1;
}

type Say = (event: SyncEvent) => void;

function sayer({ output }: RunningOptions, world: World): Say {
  if (output === 'json') return event => world.out(`${JSON.stringify(event)}\n`);
  return event => world.out(lineOf(event));
}

function lineOf(event: SyncEvent): string {
  switch (event.event) {
    case 'plan':
      return planText(event);
    case 'operation':
      return event.message === '' ? '' : `${event.phase}: ${event.message}\n`;
    case 'resource':
      return `  ${event.kind} ${placed(event)}: ${event.state}${event.message === '' ? '' : `, ${event.message}`}\n${event.log ? `${event.log.replace(/^/gm, '    | ')}\n` : ''}`;
    case 'health':
      return `${event.health}${event.message === '' ? '' : `: ${event.message}`}\n`;
    case 'refused':
      return refusalsText(event.refusals);
    case 'end':
      return `${event.phase}: ${event.message}\n`;
  }
}

export function planText({ steps, refusals, warnings }: PrintedPlan): string {
  let heading = '';
  const lines = steps.flatMap(it => {
    const now = `${it.phase}, wave ${it.wave}`;
    const head = now === heading ? [] : [now];
    heading = now;
    return [...head, `  ${it.action} ${it.kind} ${placed(it)}: ${it.reason}`];
  });
  const told = warnings.map(it => `Warning: ${it}`);
  return `${[...lines, ...told].map(it => `${it}\n`).join('')}${refusalsText(refusals)}`;
}

const refusalsText = (refusals: SyncPlan['refusals']): string =>
  refusals.map(it => `Refused: ${it.message}\n`).join('');

function placed({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

export function printedPlan({ steps, refusals, warnings }: SyncPlan): PrintedPlan {
  return { steps, refusals, warnings };
}

function printedStep({
  phase,
  wave,
  action,
  group,
  kind,
  namespace,
  name,
  state,
  message,
  log,
}: OperationStep): PrintedStep {
  return { phase, wave, action, group, kind, namespace, name, state, message, ...(log ? { log } : {}) };
}

/** `GROUP:KIND:[NAMESPACE/]NAME`, as `argocd app sync --resource` takes it. */
export function resourceFrom(text: string): NonNullable<PlanRequest['resources']>[number] {
  const [group, kind, place, ...rest] = text.split(':');
  if (group === undefined || !kind || !place || rest.length > 0)
    throw new CannotDo(
      `"${text}" is no resource: write GROUP:KIND:[NAMESPACE/]NAME, with an empty GROUP for core kinds.`,
    );
  const [first = '', name] = place.split('/');
  return name === undefined ? { group, kind, namespace: '', name: first } : { group, kind, namespace: first, name };
}
