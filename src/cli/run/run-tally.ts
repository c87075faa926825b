import type { FinishedTrial } from "../../contracts/trial.ts";
import type { Study } from "../../study/study.ts";

/** Counts how the trials of one run end. */
export interface RunTally {
  ended(trial: FinishedTrial): void;
  /**
   * What is wrong where trials ended and none completed; undefined if one did, or nothing was left
   * to run. A run whose trials were all pruned is well if the study has a complete one.
   */
  problem(study: Study): string | undefined;
}

export function runTally(): RunTally {
  const counts = { complete: 0, pruned: 0, failed: 0 };
  let last: FinishedTrial | undefined;
  return {
    ended(trial) {
      counts[trial.state]++;
      if (trial.state === "failed") last = trial;
    },
    problem(study) {
      const { complete, pruned, failed } = counts;
      if (complete > 0 || pruned + failed === 0) return undefined;
      if (pruned > 0 && study.counts.complete > 0) return undefined;
      const ends = [pruned > 0 && `${pruned} pruned`, failed > 0 && `${failed} failed`];
      const look = last
        ? ` hpo study show ${study.name} ${last.number} shows the last one that failed.`
        : "";
      return `No trial of this run completed: ${ends.filter(Boolean).join(", ")}.${look}`;
    },
  };
}
