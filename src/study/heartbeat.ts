import type { Turn } from "../contracts/storage.ts";
import { BEAT_MS } from "../contracts/trial-lease.ts";
import { workerId } from "../system/process-identity.ts";

/** While trials run in this process, others can read in the storage that it lives. */
export class Heartbeat {
  readonly #beat: () => Promise<void>;
  readonly #isNeeded: () => boolean;
  #last = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param beat called all the time while it `isNeeded`; never rejects */
  constructor(beat: () => Promise<void>, isNeeded: () => boolean) {
    this.#beat = beat;
    this.#isNeeded = isNeeded;
  }

  /** In the turn that starts trials, so that nobody sees one whose process never gave a sign. */
  async within(turn: Turn): Promise<void> {
    const now = performance.now();
    if (now - this.#last < BEAT_MS / 3) return;
    await turn.beat(workerId);
    this.#last = now;
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
