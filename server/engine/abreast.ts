/** Runs at most `width` at once; answers in the order of the items. The first failure is thrown when those under way have ended. */
export async function abreast<A, B>(
  items: readonly A[],
  width: number,
  run: (item: A, index: number) => Promise<B>,
): Promise<readonly B[]> {
  const answers: B[] = new Array(items.length);
  let next = 0;
  let failure: { readonly cause: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const at = next;
      next += 1;
      try {
        answers[at] = await run(items[at] as A, at);
      } catch (cause) {
        failure ??= { cause };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failure) throw failure.cause;
  return answers;
}
