import { expect, it } from 'vitest';
import { type Cluster, ClusterFailure } from '../../../server/engine/cluster.ts';
import { Predictor } from '../../../server/engine/compare/predict.ts';

const key = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'one' };
const target = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: 'shop' } };
const live = { ...target, metadata: { ...target.metadata, uid: 'u', resourceVersion: '7' } };

it('what the API server refused is asked anew once somebody wants to know again, and what it answered is not', async () => {
  let permitted = false;
  let asked = 0;
  const write = async () => {
    asked += 1;
    if (!permitted) throw new ClusterFailure('forbidden', 'ConfigMap one', 'cannot patch configmaps');
    return { object: live, warnings: [] };
  };
  const predictor = new Predictor({ write } as unknown as Cluster);
  const look = async () => (await predictor.predict([{ key, target, live }]))[0]?.kind;

  expect([await look(), await look(), asked]).toEqual(['notAllowed', 'notAllowed', 1]);
  permitted = true;
  expect([await look(), asked]).toEqual(['notAllowed', 1]);
  predictor.forgetRefusals();
  expect([await look(), asked]).toEqual(['predicted', 2]);
  predictor.forgetRefusals();
  expect([await look(), asked]).toEqual(['predicted', 2]);
});
