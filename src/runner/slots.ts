/** Lends out a fixed number of slots, first come first served. */
export interface Slots<Slot> {
  readonly all: readonly Slot[];
  /** Runs `work` in a slot of its own, as soon as one is free. */
  use<Result>(work: (slot: Slot) => Promise<Result>): Promise<Result>;
  /** Resolves when no slot is lent and none is waited for. */
  idle(): Promise<void>;
}

export function slots<Slot>(all: readonly Slot[]): Slots<Slot> {
  const free = [...all];
  const waiting: ((slot: Slot) => void)[] = [];
  const idlers: (() => void)[] = [];

  const give = (slot: Slot): void => {
    const next = waiting.shift();
    if (next) return next(slot);
    free.push(slot);
    if (free.length === all.length) for (const wake of idlers.splice(0)) wake();
  };
  // The slot used last is the warmest.
  const take = (): Promise<Slot> => {
    const slot = free.pop();
    return slot === undefined
      ? new Promise((resolve) => waiting.push(resolve))
      : Promise.resolve(slot);
  };
  return {
    all,
    use: async (work) => {
      const slot = await take();
      try {
        return await work(slot);
      } finally {
        give(slot);
      }
    },
    idle: () =>
      free.length === all.length ? Promise.resolve() : new Promise((wake) => idlers.push(wake)),
  };
}
