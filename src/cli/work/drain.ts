import { InvalidArgumentError } from "commander";
import { setTimeout as sleep } from "node:timers/promises";
import { duration } from "../options.ts";

/**
 * What becomes of running trials once a signal says to stop: they are finished; told to save a
 * checkpoint, and handed back; or handed back at once. A number: finished for so many ms, then as
 * `checkpoint`.
 */
export type DrainWay = "finish" | "checkpoint" | "now" | number;

/** @throws InvalidArgumentError on anything else */
export function drainWay(text: string): DrainWay {
  if (text === "finish" || text === "checkpoint" || text === "now") return text;
  try {
    return duration(text);
  } catch {
    throw new InvalidArgumentError("Give finish, checkpoint, now, or a time such as 90s.");
  }
}

/** What a worker was told by signals. */
export interface Drain {
  /** Aborted when no more trials are to be claimed. */
  readonly stopping: AbortSignal;
  /** Aborted when running trials are to save what they have, to be handed back. */
  readonly interrupting: AbortSignal;
  /** Aborted when they are to be handed back now. */
  readonly now: AbortSignal;
  /** How long ago the first signal came; Infinity if none did. */
  readonly askedMsAgo: number;
  /** Nothing runs any more. Resolves when a second signal, sent with the first, has come. */
  end(): Promise<void>;
}

/** EX_TEMPFAIL: the worker was told to stop and there is more to do; who started it may do so again. */
const DRAINED = 75;
/** Slurm sends SIGTERM to a job's processes twice, one right after the other. */
const TOGETHER_MS = 1000;
/** At a terminal npx gets Ctrl-C as well, and passes it on: what comes this close is one. */
const SAME_SIGNAL_MS = 200;

const SAID = {
  finish: "running ones are finished",
  checkpoint: "running ones are told to save a checkpoint, and handed back",
  now: "running ones are handed back",
} as const;

/**
 * SIGTERM, as cluster managers send it, or Ctrl-C: no trial is claimed any more, and `way` says what
 * becomes of running ones. SIGTERM may come twice (Slurm's does) and changes nothing then; two Ctrl-C
 * hand running trials back at once.
 */
export function drainOnSignals(say: (text: string) => void, way: DrainWay = "finish"): Drain {
  const stopping = new AbortController();
  const interrupting = new AbortController();
  const now = new AbortController();
  let askedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const handBack = (): void => {
    if (now.signal.aborted) return;
    say("Running trials are handed back, to be started again as they were.");
    interrupting.abort();
    now.abort();
  };
  const interrupt = (): void => interrupting.abort();
  const ask = (): void => {
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    const isTimed = typeof way === "number";
    const limit = isTimed ? `, for ${way / 1000} s at most` : "";
    say(`No trial is claimed any more; ${SAID[isTimed ? "finish" : way]}${limit}.`);
    stopping.abort();
    if (isTimed) timer = setTimeout(interrupt, way);
    else if (way === "checkpoint") interrupt();
    else if (way === "now") handBack();
  };
  const onInterrupt = (): void => {
    if (askedAt === undefined) ask();
    else if (performance.now() - askedAt > SAME_SIGNAL_MS) handBack();
  };
  process.on("SIGTERM", ask).on("SIGHUP", ask).on("SIGINT", onInterrupt);
  return {
    stopping: stopping.signal,
    interrupting: interrupting.signal,
    now: now.signal,
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

/** Objectives may hang in their threads, and the study be out of reach: nothing waits for them. */
export async function endIfDrained(drain: Drain): Promise<void> {
  await drain.end();
  if (drain.stopping.aborted) process.exit(DRAINED);
}
