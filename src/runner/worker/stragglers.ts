import { AsyncLocalStorage } from "node:async_hooks";
import { failureOf } from "../outcome.ts";

/** A trial's run in this worker. */
interface Run {
  readonly number: number;
  readonly tell: (message: string) => void;
  hasEnded: boolean;
}

// Follows a trial through its promises and timers.
const runs = new AsyncLocalStorage<Run>();
let current: Run | undefined;
let untold: string[] = [];
let isWatching = false;

/**
 * Runs a trial's objective in this worker. What it leaves behind and throws after its end, as a
 * rejection or from a timer, is told and harms no later trial; anything else that nobody catches
 * still ends the worker.
 * @param tell tells who watches the study, through the trial that runs now
 */
export async function runAsTrial<Result>(
  number: number,
  tell: (message: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  watch();
  const run: Run = { number, tell, hasEnded: false };
  current = run;
  for (const message of untold) tell(message);
  untold = [];
  try {
    return await runs.run(run, work);
  } finally {
    run.hasEnded = true;
    current = undefined;
  }
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  // Called first, whether the worker is about to end or not.
  process.on("uncaughtExceptionMonitor", (error: unknown) => {
    const run = runs.getStore();
    if (!run?.hasEnded) return;
    process.once("uncaughtException", () => undefined);
    const message =
      `Trial ${run.number} ended, and what it left running threw afterwards: ${failureOf(error).message} ` +
      "Await everything before the objective returns.";
    if (current) current.tell(message);
    else untold.push(message);
  });
}
