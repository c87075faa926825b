import type { Direction, TrialState } from "../../contracts/trial.ts";
import { wrongCell } from "./stored-cell.ts";
import type { DirectionName, ReportType, SqlDate, StateName, ValueType } from "./tables.ts";

const STATE_NAMES = {
  waiting: "WAITING",
  running: "RUNNING",
  complete: "COMPLETE",
  pruned: "PRUNED",
  failed: "FAIL",
} as const satisfies Record<TrialState, StateName>;

const STATES = new Map<string, TrialState>(
  Object.entries(STATE_NAMES).map(([state, name]) => [name, state as TrialState]),
);

export const stateName = (state: TrialState): StateName => STATE_NAMES[state];
/** Undefined for a state that another program wrote and that is not known here. */
export const trialState = (name: StateName): TrialState | undefined => STATES.get(name);

export const directionName = (direction: Direction): DirectionName =>
  direction === "minimize" ? "MINIMIZE" : "MAXIMIZE";
/** Undefined where another library left it unset. */
export function directionOf(name: DirectionName, where: string): Direction | undefined {
  switch (name) {
    case "NOT_SET":
      return undefined;
    case "MINIMIZE":
      return "minimize";
    case "MAXIMIZE":
      return "maximize";
    default:
      throw wrongCell(`${where}: direction`, name, "MINIMIZE, MAXIMIZE or NOT_SET");
  }
}

/** A number as SQL columns hold it: itself, or null and the name of a non-finite value. */
export function sqlNumber(value: number): { value: number | null; type: ReportType } {
  if (Number.isFinite(value)) return { value, type: "FINITE" };
  if (Number.isNaN(value)) return { value: null, type: "NAN" };
  return { value: null, type: value > 0 ? "INF_POS" : "INF_NEG" };
}

export function numberOf(
  value: number | null,
  type: ValueType | ReportType,
  where: string,
  what: string,
): number {
  switch (type) {
    case "FINITE":
      if (value === null || typeof value === "number") return value ?? NaN;
      throw wrongCell(`${where}: ${what}`, value, "a number");
    case "INF_POS":
      return Infinity;
    case "INF_NEG":
      return -Infinity;
    case "NAN":
      return NaN;
    default:
      throw wrongCell(`${where}: ${what}: its type`, type, "FINITE, INF_POS, INF_NEG or NAN");
  }
}

/** Milliseconds padded to the microseconds that Optuna writes. */
export const sqlDate = (date: Date): SqlDate =>
  `${date.toISOString().slice(0, 23).replace("T", " ")}000`;

export function dateOf(text: SqlDate, where: string, column: string): Date {
  if (typeof text !== "string") throw wrongCell(`${where}: ${column}`, text, "text");
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
  if (!Number.isNaN(date.getTime())) return date;
  throw wrongCell(`${where}: ${column}`, text, "a time such as 2026-01-31 12:00:00.000000");
}
