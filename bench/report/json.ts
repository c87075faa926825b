import type { DetailedResult, RunResult } from "../compare/run-result.ts";

/** The array that --json writes. A regret before any complete trial may be infinite: null there. */
export const resultsJson = (results: readonly DetailedResult[]): string =>
  JSON.stringify(
    results.map(({ suite, task, strategy, seed, regret, suggestMs, failed }): RunResult => ({
      suite,
      task,
      strategy,
      seed,
      regret,
      suggestMs: suggestMs.map((ms) => Number(ms.toPrecision(5))),
      failed,
    })),
  );
