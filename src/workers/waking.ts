/** Lets some wait until others say that something changed. */
export interface Waking {
  /** Resolves at the next `wake`, or after so long. */
  next(ms: number): Promise<void>;
  wake(): void;
}

export function waking(): Waking {
  let wakers: (() => void)[] = [];
  return {
    next: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
    wake: () => {
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    },
  };
}
