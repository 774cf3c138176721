import type { Programs } from './toolCases.ts';

export function nativeTools(): Programs | undefined;
export function buildNativeTools(): Promise<Programs | undefined>;
