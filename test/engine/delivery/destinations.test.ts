import { describe, expect, it } from 'vitest';
import type { ContextNote } from '../../../server/engine/cluster.ts';
import { contextFor } from '../../../server/engine/delivery/destinations.ts';

const eu: ContextNote = context('eu', 'https://eu.example.com:443');
const us: ContextNote = context('us', 'https://us.example.com');

function context(name: string, server: string, current = false): ContextNote {
  return { name, server, user: 'me', namespace: undefined, current };
}

/** Name of the context, or `none`. */
function found(
  destination: Record<string, string>,
  chosen: readonly ContextNote[],
  more: Partial<Parameters<typeof contextFor>[0]> = {},
) {
  const answer = contextFor({
    application: { spec: { destination } },
    contexts: chosen,
    clusters: [],
    mapping: {},
    ...more,
  });
  return answer.kind === 'context' ? answer.context : 'none';
}

describe('an Application goes to', () => {
  it('the chosen context with the same address, however it is written', () => {
    expect(found({ server: 'https://EU.example.com/' }, [eu, us])).toBe('eu');
  });

  it('the chosen context with the same name', () => {
    expect(found({ name: 'us' }, [eu, us])).toBe('us');
  });

  it('the cluster that a Secret of the workspace names so', () => {
    const secret = {
      namespace: 'argocd',
      secret: 'c',
      name: 'production-eu',
      server: 'https://eu.example.com',
      project: undefined,
      labels: {},
      annotations: {},
    };
    expect(found({ name: 'production-eu' }, [eu, us], { clusters: [secret] })).toBe('eu');
  });

  it('what the settings say, before anything else', () => {
    expect(found({ name: 'us' }, [eu, us], { mapping: { us: 'eu' } })).toBe('eu');
  });

  it('nowhere when its cluster is not chosen', () => {
    expect(found({ name: 'us' }, [eu])).toBe('none');
    expect(found({ name: 'us' }, [eu], { mapping: { us: 'asia' } })).toBe('none');
  });
});

describe('"in-cluster" is', () => {
  it('the only chosen context', () => {
    expect(found({ server: 'https://kubernetes.default.svc' }, [eu])).toBe('eu');
    expect(found({ name: 'in-cluster' }, [eu])).toBe('eu');
  });

  it('the current one of several', () => {
    expect(found({ name: 'in-cluster' }, [eu, context('us', us.server, true)])).toBe('us');
  });

  it('not guessed when none of several is current', () => {
    expect(found({ name: 'in-cluster' }, [eu, us])).toBe('none');
  });
});
