/**
 * Lets many wait for one call: who asks while one is under way gets the next, together with all others
 * who ask meanwhile. Each gets the answer of a call that began after it asked.
 */
export function sharedCall<Result>(call: () => Promise<Result>): () => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;
  const begin = (): Promise<Result> => {
    next = undefined;
    const now = call();
    last = now.catch(() => undefined);
    return now;
  };
  return () => (next ??= last.then(begin));
}
