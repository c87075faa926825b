import { engineOf } from "../../study/study-internals.ts";
import type { Study } from "../../study/study.ts";
import * as format from "../format.ts";
import { counted } from "../../errors/counted.ts";

export interface StopSignals {
  /** Aborted by the second signal, or when the time to drain is up. */
  readonly signal: AbortSignal;
  readonly wasAsked: boolean;
  /** Gives the signals back to Node. */
  end(): void;
}

/** @param running of this process */
function whatIsDone(running: number, drainMs: number | undefined): string {
  if (running === 0) return "Stopping, as no trial is running";
  const wait = drainMs === undefined ? "" : `, for ${format.seconds(drainMs)} at most`;
  return `Finishing ${counted(running, "running trial")}${wait}`;
}

/** At a terminal npx gets Ctrl-C as well, and passes it on: what comes this close is one. */
const SAME_SIGNAL_MS = 200;

/**
 * Ctrl-C, SIGTERM or SIGHUP once: running trials are finished, none is started. Twice: stop now.
 * @param drainMs how long running trials have to end after the first one; for ever if left out
 */
export function stopSignals(
  study: Study,
  say: (message: string) => void,
  drainMs?: number,
): StopSignals {
  const controller = new AbortController();
  let askedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stopNow = (): void => {
    if (controller.signal.aborted) return;
    say("Stopping now; running trials will be started again when the study goes on.");
    controller.abort();
  };
  const onSignal = (): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      study.stop();
      say(`${whatIsDone(engineOf(study).running, drainMs)}; once more to stop now.`);
      if (drainMs !== undefined) timer = setTimeout(stopNow, drainMs);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) stopNow();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    get wasAsked() {
      return askedAt !== undefined;
    },
    end() {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
