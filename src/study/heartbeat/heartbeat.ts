import type { Turn } from "../../contracts/storage.ts";
import { BEAT_MS } from "../../contracts/trial-lease.ts";
import { workerId } from "../../system/process-identity.ts";
import { blockedBeat, type BlockedBeat } from "./blocked-beat.ts";

/**
 * Writes heartbeats to the storage while trials run in this process, also while an objective blocks
 * its thread.
 */
export class Heartbeat {
  /** The interval of heartbeats, in ms. */
  beatMs = BEAT_MS;
  /** Whether it beats even while nothing runs here, as the process waits for trials. */
  isAwaiting = false;
  readonly #storage: string;
  readonly #beat: () => Promise<void>;
  readonly #isNeeded: () => boolean;
  /** When each worker's last heartbeat was written in a turn. */
  readonly #last = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #blocked: BlockedBeat | undefined;

  /**
   * @param storage its URL
   * @param beat called at each interval while `isNeeded`; never rejects
   */
  constructor(storage: string, beat: () => Promise<void>, isNeeded: () => boolean) {
    this.#storage = storage;
    this.#beat = beat;
    this.#isNeeded = isNeeded;
  }

  /**
   * Beats in the turn that starts trials, so that nobody sees a trial whose worker has no
   * heartbeat.
   */
  async within(turn: Turn, workers: ReadonlySet<string>): Promise<void> {
    const now = performance.now();
    for (const worker of workers) {
      if (now - (this.#last.get(worker) ?? -Infinity) < this.beatMs / 3) continue;
      await turn.beat(worker);
      this.#last.set(worker, now);
    }
  }

  /** Starts to beat, as trials run from now on. */
  start(): void {
    if (this.#timer) return;
    // Twice the interval, so that a heartbeat that is merely late does not start the other process.
    this.#blocked = blockedBeat(this.#storage, workerId, 2 * this.beatMs);
    this.#timer = setInterval(() => {
      this.#blocked?.alive();
      if (this.isAwaiting || this.#isNeeded()) void this.#beat();
      else this.stop();
    }, this.beatMs);
    // The timer does not keep the process alive.
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#blocked?.end();
    this.#blocked = undefined;
  }
}
