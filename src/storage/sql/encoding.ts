import type { Direction, TrialState } from "../../contracts/trial.ts";
import type { DirectionName, ReportType, SqlDate, StateName, ValueType } from "./tables.ts";

const STATE_NAMES = {
  waiting: "WAITING",
  running: "RUNNING",
  complete: "COMPLETE",
  pruned: "PRUNED",
  failed: "FAIL",
} as const satisfies Record<TrialState, StateName>;

const STATES = Object.fromEntries(
  Object.entries(STATE_NAMES).map(([state, name]) => [name, state]),
) as Record<StateName, TrialState>;

export const stateName = (state: TrialState): StateName => STATE_NAMES[state];
/** Undefined where another program wrote one that is not known here. */
export const trialState = (name: StateName): TrialState | undefined => STATES[name];

export const directionName = (direction: Direction): DirectionName =>
  direction === "minimize" ? "MINIMIZE" : "MAXIMIZE";
/** Undefined where another library left it unset. */
export function directionOf(name: DirectionName): Direction | undefined {
  if (name === "NOT_SET") return undefined;
  return name === "MINIMIZE" ? "minimize" : "maximize";
}

/** A number, or null and the name of what no SQL number can be. */
export function sqlNumber(value: number): { value: number | null; type: ReportType } {
  if (Number.isFinite(value)) return { value, type: "FINITE" };
  if (Number.isNaN(value)) return { value: null, type: "NAN" };
  return { value: null, type: value > 0 ? "INF_POS" : "INF_NEG" };
}

export function numberOf(value: number | null, type: ValueType | ReportType): number {
  switch (type) {
    case "FINITE":
      return value ?? NaN;
    case "INF_POS":
      return Infinity;
    case "INF_NEG":
      return -Infinity;
    case "NAN":
      return NaN;
  }
}

/** Milliseconds padded to the microseconds that Optuna writes. */
export const sqlDate = (date: Date): SqlDate =>
  `${date.toISOString().slice(0, 23).replace("T", " ")}000`;

export const dateOf = (text: SqlDate): Date =>
  new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
