import { type TreeNode, type TreeParams, treeRequest } from '../../protocol/requests.ts';
import { applicationNodes, idFrom, parameterNodes, reasonNodes, setNode } from '../../views/generatedTree.ts';
import type { Feature } from '../feature.ts';
import { generationOf } from '../places.ts';

/** Nodes of the tree "Generated Applications". */
export const tree: Feature<TreeParams, readonly TreeNode[]> = {
  name: 'tree',
  method: treeRequest,
  capabilities: {},
  neutral: [],
  handle: async (session, { parent }, signal) => {
    const { workbench, names } = session;
    if (parent === undefined) {
      const entries = workbench.applicationSets();
      return entries.map(it => setNode(it, session.summaries.of(it), names.uriOf(it.file)));
    }
    const id = idFrom(parent);
    const generated = id && (await generationOf(session, id.file, id.document, signal));
    if (!generated) return [];
    switch (id.kind) {
      case 'set':
        return applicationNodes(generated);
      case 'application':
        return reasonNodes(generated, id.index);
      case 'parameters': {
        const application = generated.generation.applications[id.index];
        return application ? parameterNodes(application, parent) : [];
      }
      case 'origin':
        return [];
    }
  },
};
