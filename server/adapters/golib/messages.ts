/** What the host and its worker say to each other. */

export interface WorkerStart {
  readonly module: WebAssembly.Module;
  /** An `Int32Array` of `slots.count`: where the worker is. */
  readonly shared: SharedArrayBuffer;
}

export interface ToWorker {
  readonly id: number;
  readonly request: Uint8Array<ArrayBuffer>;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'died'; readonly why: string; readonly lastWords: string };

/** `steps` grows with every step begun; `cancel` is written by the host, 1 = end the request at the next step. */
export const slots = { call: 0, item: 1, round: 2, steps: 3, cancel: 4, count: 5 } as const;
