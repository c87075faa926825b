import type { Study } from "../study.ts";

export interface StopSignals {
  /** Aborted by the second signal. */
  readonly signal: AbortSignal;
  readonly wasAsked: boolean;
  /** Gives the signals back to Node. */
  end(): void;
}

/** Ctrl-C (or SIGTERM, SIGHUP) once: running trials are finished. Twice: stop now. */
export function stopSignals(study: Study, say: (message: string) => void): StopSignals {
  const controller = new AbortController();
  let asked = 0;
  const onSignal = (): void => {
    asked++;
    if (asked === 1) {
      study.stop();
      say(`Finishing ${study.counts.running} running trial(s); once more to stop now.`);
    } else {
      say("Stopping now; running trials will be started again when the study goes on.");
      controller.abort();
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    get wasAsked() {
      return asked > 0;
    },
    end() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
