import type { Guard } from './guard.ts';

export const outsideSyncWindow: Guard = {
  name: 'outsideSyncWindow',
  summary: "A sync window of the Application's project keeps syncs away now",
  check: ({ blocked }) => ({
    refusals: blocked === undefined ? [] : [{ guard: 'outsideSyncWindow', message: blocked }],
  }),
};
