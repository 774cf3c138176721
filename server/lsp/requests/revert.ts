import { type RevertResult, type RollbackParams, revertRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Makes the revert commit on a new branch of the local repository; touches no cluster and pushes nothing. */
export const revert: Feature<RollbackParams, RevertResult> = {
  name: 'revert',
  method: revertRequest,
  capabilities: {},
  neutral: { made: false, message: 'The revert could not be made; the log "GitOps Workbench" says why.' },
  handle: async ({ delivery, names }, { application, entry }) => {
    const answer = await delivery?.delivery.revertInGit(application, entry);
    if (!answer) return { made: false, message: 'No cluster is chosen.' };
    if (answer.kind === 'impossible') return { made: false, message: answer.why };
    const { branch, commit, summary, repository } = answer;
    return {
      made: true,
      message: `${summary} (${commit.slice(0, 8)} on branch ${branch}). Push it and merge it, as any change.`,
      uri: names.uriOf(repository),
      branch,
    };
  },
};
