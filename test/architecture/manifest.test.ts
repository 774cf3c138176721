import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generators } from '../../server/core/generate/generators/index.ts';
import { argoVersions, newestArgoVersion } from '../../server/core/schema/version.ts';
import { defaultSettings, settingsFrom } from '../../server/engine/settings.ts';
import { features } from '../../server/lsp/features/index.ts';
import { requests } from '../../server/lsp/requests/index.ts';
import { openPreviewCommand, openSourceCommand, previewScheme } from '../../server/protocol/requests.ts';

/** The code and package.json must agree: VS Code believes the second, people meet the first. */
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { contributes } = manifest;

/** Client code needs VS Code to be loaded, so its lists are read as text. */
const filesIn = (folder: string) =>
  readdirSync(new URL(folder, root))
    .filter(it => it.endsWith('.ts') && it !== 'index.ts')
    .map(it => it.slice(0, -'.ts'.length))
    .sort();
const listedIn = (index: string, list: string) => {
  const body = new RegExp(`${list}[^=]*= \\[([^\\]]*)\\]`).exec(read(index))?.[1] ?? '';
  return body
    .split(',')
    .map(it => it.trim())
    .filter(Boolean)
    .sort();
};
const idOf = (command: string) => {
  const id = /\bid: ([^,]+),/.exec(read(`client/commands/${command}.ts`))?.[1] ?? '';
  return { openPreviewCommand, openSourceCommand }[id] ?? id.replaceAll("'", '');
};

describe('lists', () => {
  it('every file of client/commands is a command of its index', () => {
    expect(listedIn('client/commands/index.ts', 'clientCommands')).toEqual(filesIn('client/commands'));
  });
  it('every file of client/features is a feature of its index', () => {
    expect(listedIn('client/features/index.ts', 'clientFeatures')).toEqual(filesIn('client/features'));
  });
  it('every file of lsp/features is a feature of its index; diagnostics are told unasked', () => {
    expect([...features.map(it => it.name), 'diagnostics'].sort()).toEqual(filesIn('server/lsp/features'));
  });
  it('every file of lsp/requests is a request of its index', () => {
    expect(requests.map(it => it.name).sort()).toEqual(filesIn('server/lsp/requests'));
  });
  it('no two features answer the same method', () => {
    const methods = [...features, ...requests].map(it => it.method);
    expect(methods).toEqual([...new Set(methods)]);
  });
  it('every generator has a name of its own', () => {
    expect(generators.map(it => it.name)).toEqual([...new Set(generators.map(it => it.name))]);
  });
});

describe('package.json', () => {
  const contributed: readonly string[] = contributes.commands.map((it: { command: string }) => it.command);

  it('contributes exactly the commands that are registered', () => {
    expect([...contributed].sort()).toEqual(filesIn('client/commands').map(idOf).sort());
  });

  it('puts only its own commands into menus, links and walkthrough steps', () => {
    const named = [...JSON.stringify(contributes).matchAll(/(?:"command":"|command:|onCommand:)(gitops\.[\w.]+)/g)];
    const unknown = named.map(it => it[1] ?? '').filter(it => !contributed.includes(it) && !it.endsWith('.focus'));
    expect(unknown).toEqual([]);
  });

  it('has every command under one category, with a title', () => {
    for (const { category, title } of contributes.commands)
      expect([category, typeof title]).toEqual(['GitOps', 'string']);
  });

  it('activates on manifests and never on everything', () => {
    expect(manifest.activationEvents).toContain('onLanguage:yaml');
    expect(manifest.activationEvents.filter((it: string) => it === '*' || it === 'onStartupFinished')).toEqual([]);
  });

  it('describes what it does where nobody trusts the folder', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
  });

  it('tells the server whether the folder is trusted: only then are clusters contacted', () => {
    expect(read('client/settings.ts')).toContain('trusted: workspace.isTrusted');
  });

  it('names only files that exist', () => {
    const paths = [...JSON.stringify(manifest).matchAll(/"((?:client|syntaxes)\/[\w./-]+)"/g)].map(it => it[1] ?? '');
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter(it => !existsSync(new URL(it, root)))).toEqual([]);
  });

  it('hides the preview button in previews', () => {
    expect(JSON.stringify(contributes.menus['editor/title'])).toContain(`resourceScheme != ${previewScheme}`);
  });
});

/** Settings whose key in package.json says more than our name for them. */
const renamed: Readonly<Record<string, string>> = {
  severities: 'severity',
  contexts: 'clusters.contexts',
  destinations: 'clusters.destinations',
  grouping: 'clusters.grouping',
  refreshMinutes: 'clusters.refreshMinutes',
  fetchRepositories: 'clusters.fetchRepositories',
  alertSeconds: 'alerts.delaySeconds',
  sandboxPersists: 'sandbox.persist',
};

describe('settings', () => {
  const properties: Readonly<Record<string, { default: unknown; scope?: string; enum?: unknown }>> = Object.assign(
    {},
    ...contributes.configuration.map((it: { properties: object }) => it.properties),
  );

  it('are read by the server, or by the client', () => {
    // The editor's own exclusions, not a setting of ours; yaml.schemaFeatures is decided by the client.
    const ours = Object.keys(defaultSettings)
      .map(it => renamed[it] ?? it)
      .filter(it => it !== 'exclude' && it !== 'proxy');
    const contributed = Object.keys(properties).map(it => it.replace('gitopsWorkbench.', ''));
    expect(contributed.filter(it => it !== 'yaml.schemaFeatures').sort()).toEqual([...ours].sort());
    expect(read('client/settings.ts')).toContain("'yaml.schemaFeatures'");
  });

  it('have defaults that the server takes without a complaint', () => {
    const raw = Object.fromEntries(
      Object.entries(properties).map(([key, it]) => [key.replace('gitopsWorkbench.', ''), it.default]),
    );
    const { settings, complaints } = settingsFrom(raw);
    expect(complaints).toEqual([]);
    expect({ ...settings, argocdVersion: undefined }).toEqual({ ...defaultSettings, argocdVersion: undefined });
  });

  it('offer the versions of Argo CD that are known, the newest by default', () => {
    expect(properties['gitopsWorkbench.argocdVersion']?.enum).toEqual([...argoVersions]);
    expect(properties['gitopsWorkbench.argocdVersion']?.default).toBe(newestArgoVersion);
  });

  it('each say where they may be set', () => {
    expect(Object.entries(properties).filter(([, it]) => it.scope === undefined)).toEqual([]);
  });
});
