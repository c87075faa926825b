/** Lets callers wait until somebody calls `wake`. */
export interface Waking {
  /** Resolves at the next `wake`, after `ms`, or once `signal` is aborted. */
  next(ms: number, signal?: AbortSignal): Promise<void>;
  wake(): void;
}

export function waking(): Waking {
  let wakers: (() => void)[] = [];
  return {
    next: (ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        if (signal?.aborted) return end();
        signal?.addEventListener("abort", end);
        wakers.push(end);
      }),
    wake: () => {
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    },
  };
}
