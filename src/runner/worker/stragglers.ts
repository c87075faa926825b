import { AsyncLocalStorage } from "node:async_hooks";
import { failureOf } from "../outcome.ts";

/** A trial's run in this worker. */
interface Run {
  readonly number: number;
  readonly tell: (message: string) => void;
  hasEnded: boolean;
}

// Follows a trial through its promises and timers, to know which trial threw.
const runs = new AsyncLocalStorage<Run>();
let current: Run | undefined;
let untold: string[] = [];
let isWatching = false;

/**
 * Runs a trial's objective in this worker. An error that it throws after its end, in a promise or a
 * timer, is noted and harms no later trial; any other uncaught error still ends the worker.
 * @param tell sends a note to the study, through the trial that runs now
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
  // The monitor is called before Node decides whether the error ends the worker.
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
