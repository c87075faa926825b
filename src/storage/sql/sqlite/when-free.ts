import { isBusy } from "./sqlite-errors.ts";

/**
 * Tries until others let go of the file. Between two tries everything else in this process goes on,
 * which SQLite's own waiting would keep from running.
 */
export async function whenFree<T>(timeoutMs: number, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let waits = 0; ; waits++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    // Longer and longer, at most 25 ms; each process at a rhythm of its own, so that all get a turn.
    const longest = Math.min(25, 2 ** waits);
    const share = ((process.pid * 7 + waits * 5) % 16) / 16;
    await new Promise((wake) => setTimeout(wake, 1 + longest * share));
  }
}
