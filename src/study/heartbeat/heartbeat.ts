import type { Turn } from "../../contracts/storage.ts";
import { BEAT_MS } from "../../contracts/trial-lease.ts";
import { workerId } from "../../system/process-identity.ts";
import { blockedBeat, type BlockedBeat } from "./blocked-beat.ts";

/**
 * While trials run in this process, others can read in the storage that it lives, also where an
 * objective keeps its thread from everything else.
 */
export class Heartbeat {
  /** How often it gives a sign. */
  beatMs = BEAT_MS;
  /** Whether it gives signs also while nothing runs here: the process waits for trials. */
  isAwaiting = false;
  readonly #storage: string;
  readonly #beat: () => Promise<void>;
  readonly #isNeeded: () => boolean;
  /** When each worker last gave a sign in a turn. */
  readonly #last = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #blocked: BlockedBeat | undefined;

  /**
   * @param storage its URL
   * @param beat called all the time while it `isNeeded`; never rejects
   */
  constructor(storage: string, beat: () => Promise<void>, isNeeded: () => boolean) {
    this.#storage = storage;
    this.#beat = beat;
    this.#isNeeded = isNeeded;
  }

  /** In the turn that starts trials, so that nobody sees one whose worker never gave a sign. */
  async within(turn: Turn, workers: ReadonlySet<string>): Promise<void> {
    const now = performance.now();
    for (const worker of workers) {
      if (now - (this.#last.get(worker) ?? -Infinity) < this.beatMs / 3) continue;
      await turn.beat(worker);
      this.#last.set(worker, now);
    }
  }

  /** Trials run from now on. */
  start(): void {
    if (this.#timer) return;
    // Twice the interval of signs, so that one that is merely late does not start it.
    this.#blocked = blockedBeat(this.#storage, workerId, 2 * this.beatMs);
    this.#timer = setInterval(() => {
      this.#blocked?.alive();
      if (this.isAwaiting || this.#isNeeded()) void this.#beat();
      else this.stop();
    }, this.beatMs);
    // It keeps no process alive.
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#blocked?.end();
    this.#blocked = undefined;
  }
}
