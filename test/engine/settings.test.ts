import { describe, expect, it } from 'vitest';
import { defaultSettings, settingsFrom } from '../../server/engine/settings.ts';

describe('settings', () => {
  it('are read as the editor hands them over', () => {
    const { settings, complaints } = settingsFrom({
      argocdVersion: 'v3.4.1',
      severity: { 'unknown-field': 'off' },
      repositories: { 'https://git.example.com/a.git': '../a' },
      exclude: { '**/.git': true, '**/shown': false },
      kubeContexts: ['dev'],
    });
    expect(complaints).toEqual([]);
    expect(settings).toMatchObject({
      argocdVersion: '3.4',
      severities: { 'unknown-field': 'off' },
      exclude: ['**/.git'],
      kubeContexts: ['dev'],
    });
  });

  it.each([undefined, null, {}, { clustersFile: '' }])('of %j are the defaults', raw => {
    expect(settingsFrom(raw)).toEqual({ settings: defaultSettings, complaints: [] });
  });

  it.each([
    [{ argocdVersion: 'latest' }, 'argocdVersion must be a version'],
    [{ argocdVersion: 3.5 }, 'argocdVersion must be a version'],
    [{ severity: { 'unknown-field': 'loud' } }, 'severity must be an object'],
    [{ repositories: ['a'] }, 'repositories must be an object'],
    [{ newGitFileGlobbing: 'yes' }, 'newGitFileGlobbing must be true or false'],
    [{ maxFileSize: -1 }, 'maxFileSize must be a number'],
    [{ exclude: 7 }, 'exclude must be a list'],
    [{ kubeContexts: 'dev' }, 'kubeContexts must be a list'],
    ['nonsense', 'must be an object'],
  ])('that make no sense (%j) are told of, and the default stands', (raw, complaint) => {
    const { settings, complaints } = settingsFrom(raw);
    expect(complaints).toEqual([expect.stringContaining(complaint)]);
    expect(settings).toEqual(defaultSettings);
  });
});
