export function buildGolib(options?: { log?: (message: string) => void }): Promise<string>;
export function withMemoryMaximum(binary: Uint8Array, maximum: number): Uint8Array;
