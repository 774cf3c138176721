/** Makes the sample repository anew in a folder, and returns it. */
export function makeSample(folder: string): Promise<string>;
/** Changes with any file of the sample. */
export function sampleVersion(): string;
