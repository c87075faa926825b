/** How long an aborted trial has to end by itself. */
export const ABORT_GRACE_MS = 5000;

export type WithGrace<Result> =
  | { readonly kind: "ended"; readonly result: Result }
  /** Aborted, and still running when the grace period was over. */
  | { readonly kind: "abandoned" };

/** Waits for `work`, after an abort for no longer than `graceMs`. Rejects if `work` does. */
export async function withAbortGrace<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  graceMs: number,
): Promise<WithGrace<Result>> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const graceOver = new Promise<WithGrace<Result>>((resolve) => {
    onAbort = () => {
      timer = setTimeout(() => resolve({ kind: "abandoned" }), graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    const ended = work.then((result) => ({ kind: "ended", result }) as const);
    return await Promise.race([ended, graceOver]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
