import { setTimeout as sleep } from "node:timers/promises";

/** Waits for `work`, but no longer than that; what it throws is thrown. @returns whether it was done */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
