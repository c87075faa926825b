import type { Turn } from "../contracts/storage.ts";
import { BEAT_MS } from "../contracts/trial-lease.ts";

/** While trials run in this process, others can read in the storage that it lives. */
export class Heartbeat {
  readonly #beat: () => Promise<void>;
  readonly #isNeeded: () => boolean;
  /** When each worker last gave a sign in a turn. */
  readonly #last = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param beat called all the time while it `isNeeded`; never rejects */
  constructor(beat: () => Promise<void>, isNeeded: () => boolean) {
    this.#beat = beat;
    this.#isNeeded = isNeeded;
  }

  /** In the turn that starts trials, so that nobody sees one whose worker never gave a sign. */
  async within(turn: Turn, workers: ReadonlySet<string>): Promise<void> {
    const now = performance.now();
    for (const worker of workers) {
      if (now - (this.#last.get(worker) ?? -Infinity) < BEAT_MS / 3) continue;
      await turn.beat(worker);
      this.#last.set(worker, now);
    }
  }

  /** Trials run from now on. */
  start(): void {
    if (this.#timer) return;
    this.#timer = setInterval(() => {
      if (this.#isNeeded()) void this.#beat();
      else this.stop();
    }, BEAT_MS);
    // It keeps no process alive.
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
