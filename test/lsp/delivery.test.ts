import { afterEach, describe, expect, it } from 'vitest';
import type { ResourceDifference } from '../../server/engine/delivery.ts';
import {
  clusterTreeRequest,
  type DeliveryChanged,
  type DeliveryNode,
  type DeliveryStatus,
  type DiffAnswer,
  declaredRequest,
  deliveryAlert,
  deliveryChanged,
  deliveryStatus,
  diffRequest,
  type ExecuteResult,
  executeRequest,
  type FileOwner,
  filterRequest,
  type OperationView,
  operationChanged,
  ownersRequest,
  type PlanView,
  planRequest,
  type RollbackWay,
  rollbackRequest,
} from '../../server/protocol/delivery.ts';
import type { Location } from '../../server/protocol/requests.ts';
import { type Editor, openEditor } from '../support/editor.ts';
import { applicationOf, clusterOf, deploymentOf, MemoryDelivery, operationOf } from '../support/memoryDelivery.ts';

const manifest = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  namespace: argocd
spec:
  project: shop
  source:
    repoURL: https://git.example.com/shop.git
    path: apps/web
  destination:
    name: staging
`;
const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  a: "1"\n';
const files = {
  'argocd/web.yaml': manifest,
  'apps/web/config.yaml': config,
  'argocd/shop.yaml': manifest.replace('name: web', 'name: shop').replace('apps/web', 'apps/shop'),
  'apps/shop/kustomization.yaml': 'resources: [../base]\n',
  'apps/base/kustomization.yaml': 'resources: [cart.yaml]\n',
  'apps/base/cart.yaml': `---\n${config.replace('name: web', 'name: cart')}`,
};
const web = 'staging|argocd/web';

let editor: Editor | undefined;
afterEach(async () => {
  expect(editor?.log ?? []).toEqual([]);
  await editor?.close();
  editor = undefined;
});

async function begin(options: { readonly untrusted?: boolean; readonly settings?: object } = {}) {
  const delivery = new MemoryDelivery();
  delivery.clusterList = [clusterOf('staging')];
  const opened = await openEditor(files, {
    delivery,
    remote: 'https://git.example.com/shop.git',
    settings: { clusters: { contexts: ['staging'] }, ...options.settings },
    untrusted: options.untrusted ?? false,
  });
  editor = opened;
  const last = <T>(method: string) => opened.told.findLast(it => it.method === method)?.params as T | undefined;
  const nodes = (parent?: DeliveryNode) =>
    opened.ask<DeliveryNode[]>(clusterTreeRequest, parent ? { parent: parent.id } : {});
  return { delivery, editor: opened, last, nodes };
}

describe('the cluster half of the server', () => {
  it('chooses exactly the contexts that the settings name', async () => {
    const { delivery, editor } = await begin();
    await editor.eventually(
      () => delivery.chosen,
      it => it.length > 0,
    );
    await editor.configure({ clusters: { contexts: ['production'] } });
    await editor.eventually(
      () => delivery.chosen,
      it => it.length > 1,
    );
    expect(delivery.chosen).toEqual([['staging'], ['production']]);
  });

  it('contacts nothing for a folder that nobody trusts, and says so', async () => {
    const { delivery, editor, last } = await begin({ untrusted: true });
    const status = await editor.eventually(
      () => last<DeliveryStatus>(deliveryStatus),
      it => it !== undefined,
    );
    expect(status?.state).toBe('untrusted');
    expect(delivery.chosen.flat()).toEqual([]);
    delivery.put(applicationOf('web'));
    const plan = await editor.ask<PlanView>(planRequest, { application: web, options: { kind: 'sync' } });
    const answer = await editor.ask<ExecuteResult>(executeRequest, { ticket: plan.ticket });
    expect(answer).toMatchObject({ kind: 'refused', refusals: [{ guard: 'untrusted' }] });
    expect(delivery.executed).toEqual([]);
  });

  it('tells only the lines that changed of what is unfolded', async () => {
    const { delivery, editor, last, nodes } = await begin();
    delivery.put(applicationOf('web', { resources: deploymentOf('web', 1) }), applicationOf('jobs'));
    const [cluster] = await nodes();
    const [group] = await nodes(cluster);
    await nodes(group);
    await editor.eventually(
      () => last<DeliveryStatus>(deliveryStatus)?.state,
      it => it === 'ready',
    );
    const before = editor.told.length;
    delivery.put(applicationOf('web', { message: 'looked at again', resources: deploymentOf('web', 1) }));
    const changed = await editor.eventually(
      () => editor.told.slice(before).find(it => it.method === deliveryChanged)?.params as DeliveryChanged | undefined,
      it => it !== undefined,
    );
    expect(changed?.redraw).toEqual([]);
    expect(changed?.nodes.map(it => it.label)).toEqual(['web']);
  });

  it('asks for lines to be drawn anew where their order changed', async () => {
    const { delivery, editor, nodes } = await begin({
      settings: { clusters: { contexts: ['staging'], grouping: 'none' } },
    });
    delivery.put(applicationOf('a'), applicationOf('b'));
    const [cluster] = await nodes();
    expect((await nodes(cluster)).map(it => it.label)).toEqual(['a', 'b']);
    delivery.put(applicationOf('b', { health: 'Degraded' }));
    await editor.eventually(
      () => editor.told.some(it => (it.params as Partial<DeliveryChanged>).redraw?.includes(cluster?.id ?? '')),
      Boolean,
    );
    expect((await nodes(cluster)).map(it => it.label)).toEqual(['b', 'a']);
  });

  it('shows less by a filter, and says how much', async () => {
    const { delivery, editor, last } = await begin();
    delivery.put(applicationOf('web'), applicationOf('drifting', { sync: 'OutOfSync' }));
    await editor.ask(filterRequest, { only: 'outOfSync' });
    await editor.eventually(
      () => last<DeliveryStatus>(deliveryStatus)?.message,
      it => it === 'out of sync: 1 of 2 Applications',
    );
  });

  it('runs the plan that was shown, and tells its progress', async () => {
    const { delivery, editor, last } = await begin();
    delivery.put(applicationOf('web'));
    delivery.steps = [
      {
        group: '',
        kind: 'ConfigMap',
        namespace: 'web',
        name: 'web',
        apiVersion: 'v1',
        phase: 'Sync',
        wave: 0,
        hook: false,
        action: 'create',
        reason: 'not in the cluster',
      },
    ];
    const plan = await editor.ask<PlanView>(planRequest, { application: web, options: { kind: 'sync', prune: true } });
    expect(plan).toMatchObject({ title: 'Sync web', summary: '1 create', destructive: [], accept: 'Sync' });
    expect(delivery.planned).toEqual([{ kind: 'sync', prune: true }]);
    const answer = await editor.ask<ExecuteResult>(executeRequest, { ticket: plan.ticket });
    expect(answer).toMatchObject({ kind: 'started', operation: { running: true, done: 0 } });
    const [line] = plan.steps;
    const running = await editor.eventually(
      () => last<OperationView>(operationChanged),
      it => it !== undefined,
    );
    expect(running?.steps[0]?.id).toBe(line?.id);
  });

  it('refuses a plan that it does not know', async () => {
    const { editor } = await begin();
    const answer = await editor.ask<ExecuteResult>(executeRequest, { ticket: 'of yesterday' });
    expect(answer).toMatchObject({
      kind: 'refused',
      refusals: [{ message: 'This plan is not known any more. Plan again.' }],
    });
  });

  it('interrupts for an operation of this session that failed, and for no other', async () => {
    const { delivery, editor, last } = await begin();
    delivery.put(applicationOf('web'));
    delivery.operate(operationOf(web, { id: 'of before', phase: 'Failed', message: 'long ago' }));
    delivery.operate(operationOf(web));
    delivery.operate(operationOf(web, { phase: 'Failed', message: 'the quota is full' }));
    const alert = await editor.eventually(
      () => last<{ message: string }>(deliveryAlert),
      it => it !== undefined,
    );
    expect(alert?.message).toBe('Sync of web did not succeed: the quota is full');
    expect(editor.told.filter(it => it.method === deliveryAlert)).toHaveLength(1);
  });

  it('interrupts for an Application that was well and has not been for a while, once', async () => {
    const { delivery, editor, last } = await begin({
      settings: { clusters: { contexts: ['staging'] }, alerts: { delaySeconds: 0.1 } },
    });
    await editor.eventually(
      () => delivery.chosen,
      it => it.length > 0,
    );
    const ill = { health: 'Degraded' as const };
    delivery.put(applicationOf('web'), applicationOf('never-well', ill));
    delivery.put(applicationOf('web', ill), applicationOf('never-well', { ...ill, message: 'still' }));
    const alert = await editor.eventually(
      () => last<{ message: string }>(deliveryAlert),
      it => it !== undefined,
    );
    expect(alert?.message).toContain('web in staging has been Degraded, Synced');
    delivery.put(applicationOf('web', { ...ill, message: 'still' }));
    await editor.ask(clusterTreeRequest, {});
    expect(editor.told.filter(it => it.method === deliveryAlert)).toHaveLength(1);
  });

  it('names the ways back, the lasting one first, with who would undo the other', async () => {
    const { delivery, editor } = await begin();
    const entry = {
      id: 1,
      deployedAt: 0,
      revisions: [],
      initiatedBy: 'ada',
      result: 'Succeeded' as const,
      sources: [],
    };
    delivery.put(applicationOf('web', { history: [entry] }));
    const ways = await editor.ask<RollbackWay[]>(rollbackRequest, { application: web, entry: 1 });
    expect(ways.map(it => `${it.kind}: ${it.description}`)).toEqual([
      'git: not possible: the repository is not open',
      'cluster: undone by selfHeal of the Application',
    ]);
  });
});

describe('differences', () => {
  const key = { group: '', kind: 'ConfigMap', namespace: 'web', name: 'web' };
  const objects = (a: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { a } });
  const difference = (live: string, predicted: string) => ({
    ...{ ...key, apiVersion: 'v1', status: 'OutOfSync' as const, modified: live !== predicted, requiresPruning: false },
    ...{ hook: false, live: objects(live), predicted: objects(predicted), by: 'server' as const },
  });
  const content = async (editor: Editor, uri: string) =>
    (await editor.ask<{ text: string }>('workspace/textDocumentContent', { uri })).text;

  it('are two documents of the same path, titled by their sides', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('web'));
    delivery.differenceList = [difference('1', '2')];
    const answer = await editor.ask<DiffAnswer>(diffRequest, { application: web, left: 'live', right: 'buffers' });
    expect(answer.title).toBe('web: live ↔ editor');
    const [file] = answer.files;
    const path = (uri = '') => uri.slice(uri.indexOf(':'), uri.indexOf('?'));
    expect(path(file?.left)).toBe(path(file?.right));
    expect(await content(editor, file?.left ?? '')).toContain('a: "1"');
    expect(await content(editor, file?.right ?? '')).toContain('a: "2"');
  });

  it('are told to the editor when they change, only where the text is another', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('web'));
    delivery.differenceList = [difference('1', '2')];
    const { files } = await editor.ask<DiffAnswer>(diffRequest, { application: web, left: 'live', right: 'buffers' });
    for (const it of [files[0]?.left, files[0]?.right]) await content(editor, it ?? '');
    delivery.differenceList = [difference('1', '3')];
    delivery.tell({ kind: 'compared', id: web });
    const refreshed = () =>
      editor.told
        .filter(it => it.method === 'workspace/textDocumentContent/refresh')
        .map(it => (it.params as { readonly uri: string }).uri);
    await editor.eventually(refreshed, it => it.length > 0);
    expect(refreshed()).toEqual([files[0]?.right]);
    expect(await content(editor, files[0]?.right ?? '')).toContain('a: "3"');
  });

  it('say how they were found, alike on both sides, and why not in a better way', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('web'));
    const heads = async (more: Partial<ResourceDifference>) => {
      delivery.differenceList = [{ ...difference('1', '2'), ...more }];
      delivery.tell({ kind: 'compared', id: web });
      const { files } = await editor.ask<DiffAnswer>(diffRequest, { application: web, left: 'live', right: 'buffers' });
      const texts = [files[0]?.left, files[0]?.right].map(async it => (await content(editor, it ?? '')).split('\n')[0]);
      return new Set(await Promise.all(texts));
    };
    expect(await heads({})).toEqual(new Set(['# Compared by the API server, with a dry run of a server-side apply.']));
    const note = 'cannot patch configmaps. Differences are therefore found without the server, and less exactly.';
    expect(await heads({ note, by: 'threeWay' })).toEqual(new Set([`# ${note}`]));
    const params = { application: web, left: 'live', right: 'buffers' };
    expect((await editor.ask<DiffAnswer>(diffRequest, params)).title).toBe('web: live ↔ editor (without the server)');
  });

  it('from the last sync are refused where there was none', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('web'));
    const answer = await editor.ask<DiffAnswer>(diffRequest, {
      application: web,
      left: 'lastSynced',
      right: 'buffers',
    });
    expect(answer.message).toContain('web was never synced from here');
  });

  it('that are none are said in words', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('web'));
    delivery.differenceList = [difference('1', '1')];
    const answer = await editor.ask<DiffAnswer>(diffRequest, {
      application: web,
      left: 'live',
      right: { revision: 'HEAD' },
    });
    expect(answer).toMatchObject({ files: [], message: 'web is the same on both sides: live, HEAD.' });
  });

  it('of a manifest file are those of the Application whose source holds it', async () => {
    const { delivery, editor } = await begin();
    const declared = { file: `${editor.folder}/argocd/web.yaml`, document: 0 };
    delivery.put(applicationOf('web', { declared, resources: [{ ...key, version: 'v1' }] }));
    const owners = await editor.eventually(
      () => editor.ask<FileOwner[]>(ownersRequest, { uri: editor.uri('apps/web/config.yaml') }),
      it => it.length > 0,
    );
    expect(owners).toEqual([{ application: web, label: 'web in staging', resources: [key] }]);
    const elsewhere = await editor.ask<FileOwner[]>(ownersRequest, { uri: editor.uri('apps/other/config.yaml') });
    expect(elsewhere).toEqual([]);
  });

  it('of a base are those of the Applications whose kustomizations refer to it', async () => {
    const { delivery, editor } = await begin();
    delivery.put(applicationOf('shop', { declared: { file: `${editor.folder}/argocd/shop.yaml`, document: 0 } }));
    const owners = await editor.ask<FileOwner[]>(ownersRequest, { uri: editor.uri('apps/base/cart.yaml') });
    expect(owners.map(it => it.label)).toEqual(['shop in staging']);
  });
});

describe('a resource opens', () => {
  const key = (name: string) => ({ group: '', kind: 'ConfigMap', namespace: 'web', name });
  const opened = async (application: string, name: string) => {
    const place = await editor?.ask<Location | null>(declaredRequest, { application, resource: key(name) });
    return place && `${place.uri.slice(place.uri.indexOf('/apps/'))}:${(place.range?.start.line ?? 0) + 1}`;
  };

  it('in the file that its rendering names, at its name', async () => {
    const { delivery, editor } = await begin();
    const file = `${editor.folder}/apps/web/config.yaml`;
    delivery.put(applicationOf('web', { resources: [{ ...key('web'), version: 'v1', file }] }));
    expect(await opened(web, 'web')).toBe('/apps/web/config.yaml:4');
  });

  it('in the base from which a kustomization takes it', async () => {
    const { delivery, editor } = await begin();
    const declared = { file: `${editor.folder}/argocd/shop.yaml`, document: 0 };
    delivery.put(applicationOf('shop', { declared, resources: [{ ...key('cart'), version: 'v1' }] }));
    await editor.eventually(
      () => opened('staging|argocd/shop', 'cart'),
      it => it !== null,
    );
    expect(await opened('staging|argocd/shop', 'cart')).toBe('/apps/base/cart.yaml:5');
  });

  it('nowhere where no file says it', async () => {
    const { delivery } = await begin();
    delivery.put(applicationOf('web', { resources: [{ ...key('web'), version: 'v1' }] }));
    expect(await opened(web, 'web')).toBeNull();
  });
});
