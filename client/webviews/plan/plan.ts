import type { OperationView, PlanLine, PlanNote, PlanOptions, PlanView } from '../../../server/protocol/delivery.ts';
import type { FromPlanPage, ToPlanPage } from '../../panels/messages.ts';
import { draw, element, host } from '../page.ts';

/** The page of a plan: refusals and warnings, the steps in order, the button; then the progress of what runs. Draws what it is told. */
const content = document.getElementById('content') as HTMLElement;
const say = (message: FromPlanPage): void => host.postMessage(message);

let title = '';
let plan: PlanView | undefined;
let options: PlanOptions | undefined;
let operation: OperationView | undefined;
let refused: readonly PlanNote[] = [];
let problem: string | undefined;
let accepted = false;

window.addEventListener('message', ({ data }: MessageEvent<ToPlanPage>) => {
  switch (data.kind) {
    case 'planning':
      [title, options, plan, operation, refused, problem] = [
        data.title,
        data.options,
        undefined,
        undefined,
        [],
        undefined,
      ];
      accepted = false;
      break;
    case 'plan':
      [plan, options, title, problem] = [data.plan, data.plan.options, data.plan.title, undefined];
      if (!operation) accepted = false;
      break;
    case 'refused':
      refused = data.refusals;
      accepted = false;
      break;
    case 'operation':
      operation = data.operation;
      accepted = true;
      break;
    case 'problem':
      problem = data.message;
      break;
  }
  render();
});

function render(): void {
  draw(
    content,
    element('h1', {}, title),
    plan && element('p', { class: 'subtitle' }, plan.subtitle),
    problem === undefined ? undefined : noteBox('error', 'This cannot be planned', [problem]),
    !plan && problem === undefined ? element('p', { role: 'status', class: 'busy' }, 'Planning…') : undefined,
    operation ? progress(operation) : undefined,
    ...notes(),
    plan && toolbar(plan),
    plan && table(plan),
  );
}

// — what must be read first —

const confirmable = new Set(['pruneUnconfirmed', 'deleteUnconfirmed']);

function notes(): readonly (HTMLElement | undefined)[] {
  const all = [...(plan?.refusals ?? []), ...refused];
  const texts = all.map(it => (it.about === undefined ? it.message : `${it.message}  (${it.about})`));
  const confirm =
    all.length > 0 && all.every(it => confirmable.has(it.guard))
      ? element(
          'button',
          { id: 'confirm', class: 'secondary', onclick: () => say({ kind: 'confirmPrune' }) },
          'Confirm Deletions…',
        )
      : undefined;
  // Whatever refused it may be gone by now: what was outdated, a permission that was missing, somebody else's sync.
  const again =
    texts.length > 0
      ? element('button', { id: 'again', onclick: () => options && say({ kind: 'replan', options }) }, 'Plan Again')
      : undefined;
  return [
    texts.length > 0 ? noteBox('error', 'This plan cannot run', texts, confirm, again) : undefined,
    plan && plan.warnings.length > 0 ? noteBox('warning', 'Read this first', plan.warnings) : undefined,
  ];
}

function noteBox(
  kind: 'error' | 'warning',
  head: string,
  texts: readonly string[],
  ...more: readonly (HTMLElement | undefined)[]
): HTMLElement {
  return element(
    'section',
    { class: `notes ${kind}`, role: kind === 'error' ? 'alert' : 'note', 'aria-label': head },
    element('h2', {}, head),
    element('ul', {}, ...texts.map(it => element('li', {}, it))),
    ...more,
  );
}

// — accepting —

function toolbar(shown: PlanView): HTMLElement {
  const running = operation?.running === true;
  const possible = shown.refusals.length === 0 && refused.length === 0 && !accepted;
  const toggles = shown.options.kind === 'sync' ? syncToggles(shown.options) : [];
  return element(
    'div',
    { class: 'toolbar' },
    element(
      'button',
      {
        id: 'accept',
        disabled: !possible,
        onclick: () => {
          accepted = true;
          render();
          say({ kind: 'accept', ticket: shown.ticket });
        },
      },
      shown.accept,
    ),
    running
      ? element('button', { id: 'terminate', class: 'danger', onclick: () => say({ kind: 'terminate' }) }, 'Terminate')
      : undefined,
    operation && !running
      ? element(
          'button',
          { id: 'replan', class: 'secondary', onclick: () => say({ kind: 'replan', options: shown.options }) },
          'Plan Again',
        )
      : undefined,
    element(
      'button',
      { id: 'cancel', class: 'secondary', onclick: () => say({ kind: 'cancel' }) },
      accepted ? 'Close' : 'Cancel',
    ),
    shown.steps.some(it => it.diff)
      ? element('button', { id: 'diffs', class: 'secondary', onclick: () => say({ kind: 'diff' }) }, 'All Differences')
      : undefined,
    element('span', { class: 'spring' }),
    shown.options.kind === 'sync' ? contentChoice(shown.options) : undefined,
    ...toggles,
  );
}

const contents: readonly (readonly [string, string, PlanOptions['content']])[] = [
  ['buffers', 'Editor', undefined],
  ['workTree', 'Work tree', 'workTree'],
  ['staged', 'Staged', 'staged'],
  ['HEAD', 'HEAD', { revision: 'HEAD' }],
];

/** What is applied: text that is not committed is named as what it is. */
function contentChoice(now: PlanOptions): HTMLElement {
  const chosen = contents.find(it => JSON.stringify(it[2]) === JSON.stringify(now.content)) ?? contents[0];
  const select = element(
    'select',
    {
      id: 'content',
      disabled: accepted,
      onchange: () => {
        const [, , content] = contents.find(it => it[0] === (select as HTMLSelectElement).value) ?? [];
        const { content: _, ...others } = now;
        say({ kind: 'replan', options: { ...others, ...(content !== undefined && { content }) } });
      },
    },
    ...contents.map(([value, label]) => element('option', { value, selected: value === chosen?.[0] }, label)),
  );
  return element('label', { for: 'content', title: 'Which content of local repositories is applied' }, 'From', select);
}

function syncToggles(now: PlanOptions): readonly HTMLElement[] {
  const toggle = (key: 'prune' | 'dryRun' | 'force' | 'replace', label: string, tip: string): HTMLElement => {
    const box = element('input', {
      type: 'checkbox',
      id: key,
      disabled: accepted,
      checked: now[key] === true,
      onchange: () => say({ kind: 'replan', options: { ...now, [key]: now[key] !== true } }),
    });
    return element('label', { for: key, title: tip }, box, label);
  };
  return [
    toggle('prune', 'Prune', 'Delete what the manifests do not have any more'),
    toggle('dryRun', 'Dry run', 'Ask the API server for everything, and change nothing'),
    toggle('replace', 'Replace', 'Replace objects in place of applying them'),
    toggle('force', 'Force', 'Delete and make anew what cannot be changed'),
  ];
}

// — the steps —

function table(shown: PlanView): HTMLElement {
  if (shown.steps.length === 0)
    return shown.refusals.length > 0 ? element('p', {}) : element('p', {}, 'There is nothing to do.');
  const states = new Map((operation?.steps ?? []).map(it => [it.id, it]));
  const columns = ['Phase', 'Wave', 'Action', 'Kind', 'Name', 'Reason', ...(operation ? ['State'] : []), ''];
  return element(
    'table',
    { 'aria-label': 'Steps in the order in which they run' },
    element('caption', {}, shown.summary),
    element('thead', {}, element('tr', {}, ...columns.map(it => element('th', { scope: 'col' }, it)))),
    element('tbody', {}, ...shown.steps.map((line, i) => row(line, i, operation ? states.get(line.id) : undefined))),
  );
}

function row(line: PlanLine, i: number, state: OperationView['steps'][number] | undefined): HTMLElement {
  const { resource, phase, wave, action, reason, hook } = line;
  const name = resource.namespace === '' ? resource.name : `${resource.namespace}/${resource.name}`;
  return element(
    'tr',
    { class: `action-${action} ${state ? `state-${state.state}` : ''}` },
    element('td', {}, phase),
    element('td', { class: 'number' }, String(wave)),
    element('td', {}, element('span', { class: `action ${action}` }, action)),
    element('td', {}, hook ? `${resource.kind} (hook)` : resource.kind),
    element('td', { class: 'name', title: resource.group === '' ? name : `${resource.group}: ${name}` }, name),
    element('td', { class: 'reason' }, reason),
    operation ? stateCell(state) : undefined,
    element(
      'td',
      {},
      line.diff
        ? element(
            'button',
            {
              id: `diff-${i}`,
              class: 'link',
              'aria-label': `Difference of ${resource.kind} ${resource.name}`,
              onclick: () => say({ kind: 'diff', resource }),
            },
            'Diff',
          )
        : undefined,
    ),
  );
}

function stateCell(state: OperationView['steps'][number] | undefined): HTMLElement {
  if (!state) return element('td', { class: 'reason' }, 'not part of it');
  return element(
    'td',
    { class: 'reason' },
    element('span', { class: `state ${state.state}` }, state.state),
    state.message === '' ? undefined : ` ${state.message}`,
    state.log === undefined
      ? undefined
      : element('details', {}, element('summary', {}, 'Log'), element('pre', {}, state.log)),
  );
}

function progress({ phase, message, done, steps, running }: OperationView): HTMLElement {
  const text = `${phase}${message === '' ? '' : `: ${message}`}`;
  return element(
    'section',
    { class: `progress ${phase.toLowerCase()}`, role: 'status', 'aria-live': 'polite' },
    element('progress', { max: String(Math.max(1, steps.length)), value: String(running ? done : Math.max(1, done)) }),
    element('p', {}, `${text} (${done} of ${steps.length} steps)`),
  );
}

say({ kind: 'ready' });
