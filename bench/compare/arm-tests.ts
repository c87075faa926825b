import { mean } from "simple-statistics";
import { rowName } from "./run-result.ts";
import { holm, pairedP } from "./statistics.ts";

/** Whether it pays a strategy to know something before the first trial. */
export interface ArmTests {
  readonly strategy: string;
  /** The arm that the others are compared with. */
  readonly baseline: string;
  readonly rows: readonly ArmRow[];
}

export interface ArmRow {
  readonly arm: string;
  /** At each checkpoint; p is undefined for the baseline itself. */
  readonly cells: readonly { readonly mean: number; readonly p?: number }[];
}

/**
 * Wilcoxon's signed-rank test of each arm against the baselines, problem by problem at each
 * checkpoint; Holm's correction is over all arms and checkpoints of a strategy and baseline.
 *
 * @param strategies those of `rows` that have arms
 * @param scores of a row at a checkpoint, one for each problem
 */
export function armTests(
  {
    names,
    baselines,
  }: { readonly names: readonly string[]; readonly baselines: readonly string[] },
  strategies: readonly string[],
  checkpoints: readonly number[],
  scores: (row: string, checkpoint: number) => readonly number[],
): ArmTests[] {
  return strategies.flatMap((strategy) => {
    const of = (arm: string): (readonly number[])[] =>
      checkpoints.map((checkpoint) => scores(rowName(strategy, arm), checkpoint));
    return baselines.map((baseline): ArmTests => {
      const base = of(baseline);
      const others = names.filter((name) => name !== baseline);
      const p = holm(others.flatMap((arm) => of(arm).map((score, i) => pairedP(score, base[i]))));
      const rows = names.map((arm) => ({
        arm,
        cells: of(arm).map((score, i) => ({
          mean: mean([...score]),
          ...(arm !== baseline && { p: p[others.indexOf(arm) * checkpoints.length + i] }),
        })),
      }));
      return { strategy, baseline, rows };
    });
  });
}
