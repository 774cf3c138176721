/** What Argo CD's code would return as an error, thrown inside of core/diff and caught by `compare`. */
export class DiffError extends Error {
  /** The same with what was being done, as Go wraps errors. */
  within(doing: string): DiffError {
    return new DiffError(`${doing}: ${this.message}`);
  }
}

/** Runs, and says what was being done when it fails. */
export function doing<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof DiffError ? cause.within(what) : cause;
  }
}
