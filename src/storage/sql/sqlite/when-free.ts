import { isBusy } from "./sqlite-errors.ts";

/**
 * Tries until others release the file. Waits by timers, as SQLite's own waiting would block all
 * else in this process.
 */
export async function whenFree<T>(timeoutMs: number, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let waits = 0; ; waits++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    // Exponential backoff up to 25 ms, different in each process, so that all get a turn.
    const longest = Math.min(25, 2 ** waits);
    const share = ((process.pid * 7 + waits * 5) % 16) / 16;
    await new Promise((wake) => setTimeout(wake, 1 + longest * share));
  }
}
