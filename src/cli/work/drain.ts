import { setTimeout as sleep } from "node:timers/promises";

/** What a worker was told by signals. */
export interface Drain {
  /** Aborted where running trials are to be handed back now. */
  readonly signal: AbortSignal;
  /** No more trials are claimed: what runs is finished, or handed back. */
  readonly wasAsked: boolean;
  /** How long ago that was; Infinity if it was not. */
  readonly askedMsAgo: number;
  /** Nothing runs any more. Resolves when a second signal, sent with the first, has come. */
  end(): Promise<void>;
}

/** Slurm sends SIGTERM to a job's processes twice, one right after the other. */
const TOGETHER_MS = 1000;
/** At a terminal npx gets Ctrl-C as well, and passes it on: what comes this close is one. */
const SAME_SIGNAL_MS = 200;

/**
 * SIGTERM, as cluster managers send it, or Ctrl-C: no trial is claimed any more, and running ones are
 * finished. SIGTERM may come twice (Slurm's does); two Ctrl-C hand running trials back at once.
 * @param drainMs how long running trials have to end; for ever if left out
 */
export function drainOnSignals(
  stop: () => void,
  say: (text: string) => void,
  drainMs?: number,
): Drain {
  const controller = new AbortController();
  let askedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const handBack = (): void => {
    if (controller.signal.aborted) return;
    say("Running trials are handed back, to be started again as they were.");
    controller.abort();
  };
  const ask = (): void => {
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    stop();
    say("No trial is claimed any more; running ones are finished.");
    if (drainMs !== undefined) timer = setTimeout(handBack, drainMs);
  };
  const interrupt = (): void => {
    if (askedAt === undefined) ask();
    else if (performance.now() - askedAt > SAME_SIGNAL_MS) handBack();
  };
  process.on("SIGTERM", ask).on("SIGHUP", ask).on("SIGINT", interrupt);
  return {
    signal: controller.signal,
    get wasAsked() {
      return askedAt !== undefined;
    },
    get askedMsAgo() {
      return askedAt === undefined ? Infinity : performance.now() - askedAt;
    },
    async end() {
      clearTimeout(timer);
      // A process that ends has no handlers any more, and would die of it.
      const leftMs = TOGETHER_MS - (performance.now() - (askedAt ?? -Infinity));
      if (leftMs > 0) await sleep(leftMs);
    },
  };
}
