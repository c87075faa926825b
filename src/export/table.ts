import type { Scalar } from "../space/distribution.ts";
import { isFinished, type Trial } from "../contracts/trial.ts";

export type Row = Readonly<Record<string, Scalar>>;

/**
 * Trials as flat rows with the same columns each (null where a trial has nothing): number, state,
 * one per metric, params.NAME, user.NAME, durationMs, failure.
 */
export function rowsOf(trials: readonly Trial[], metricNames: readonly string[]): Row[] {
  const params = namesOf(trials, (trial) => trial.params);
  const attrs = namesOf(trials, (trial) => trial.userAttrs);
  return trials.map((trial) => {
    const row: Record<string, Scalar> = { number: trial.number, state: trial.state };
    const values = trial.state === "complete" || trial.state === "pruned" ? trial.values : [];
    for (const [index, name] of metricNames.entries()) row[name] = values[index] ?? null;
    for (const name of params) row[`params.${name}`] = own(trial.params, name) ?? null;
    for (const name of attrs) row[`user.${name}`] = cellOf(own(trial.userAttrs, name));
    row["durationMs"] = durationOf(trial);
    row["failure"] = trial.state === "failed" ? trial.failure.reason : null;
    return row;
  });
}

/** Rows as CSV (RFC 4180): a header, then a line each. */
export function csvOf(rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
}

const namesOf = (trials: readonly Trial[], of: (trial: Trial) => object): string[] => [
  ...new Set(trials.flatMap((trial) => Object.keys(of(trial)))),
];

/** "constructor" is there in each object. */
const own = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const cellOf = (value: unknown): Scalar =>
  value === undefined
    ? null
    : typeof value === "object"
      ? JSON.stringify(value)
      : (value as Scalar);

function durationOf(trial: Trial): number | null {
  if (!isFinished(trial) || !trial.startedAt || !trial.completedAt) return null;
  return trial.completedAt.getTime() - trial.startedAt.getTime();
}

function quoted(cell: Scalar): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
