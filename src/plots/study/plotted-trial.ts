import { isFeasible, type Direction, type Trial } from "../../contracts/trial.ts";
import { counted } from "../../errors/counted.ts";

/** What became of a trial, as plots tell it apart. */
export type PlottedState =
  | "complete"
  | "infeasible"
  | "pruned"
  | "diverged"
  | "out of memory"
  | "failed"
  | "running"
  | "waiting";

/** A value of ±Infinity toward the worse side is a divergence that the objective returned. */
export function stateOf(trial: Trial, directions: readonly Direction[]): PlottedState {
  switch (trial.state) {
    case "complete": {
      const worst = trial.values.some((value, i) => value === worstOf(directions[i]));
      if (worst) return "diverged";
      return isFeasible(trial) ? "complete" : "infeasible";
    }
    case "failed":
      if (trial.failure.reason === "diverged") return "diverged";
      return trial.failure.reason === "outOfMemory" ? "out of memory" : "failed";
    case "pruned":
    case "running":
    case "waiting":
      return trial.state;
  }
}

const worstOf = (direction: Direction): number => (direction === "minimize" ? Infinity : -Infinity);

/** Smaller is better. */
export const badnessOf = (value: number, direction: Direction): number =>
  direction === "minimize" ? value : -value;

const COUNTED: readonly PlottedState[] = [
  ...(["complete", "infeasible", "pruned", "diverged", "out of memory", "failed"] as const),
  ...(["running", "waiting"] as const),
];

/** "78 complete, 217 pruned, 5 diverged"; states without a trial are left out. */
export function countsText(trials: readonly Trial[], directions: readonly Direction[]): string {
  const counts = new Map<PlottedState, number>();
  for (const trial of trials) {
    const state = stateOf(trial, directions);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const said = COUNTED.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${count} ${state}`];
  });
  return said.length > 0 ? said.join(", ") : counted(0, "trial");
}
