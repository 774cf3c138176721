/** Where our settings stand. */
export const section = 'gitopsWorkbench';
