import type { Scalar } from "../space/distribution.ts";
import { isFeasible, isFinished, type Trial } from "../contracts/trial.ts";

/** Undefined where a trial has nothing; null is a value. */
export type Row = Readonly<Record<string, Scalar | undefined>>;

/**
 * Trials as flat rows with the same columns each: number, state, one per metric, params.NAME,
 * user.NAME, durationMs, failure; where trials gave constraints also feasible, constraint0, … A metric whose name is another column's stands as metrics.NAME.
 * @param metricNames a study's `metricNames`; where it has none, the columns are value, value1, …
 *
 * @example
 * ```ts
 * import { loadStudy, rowsOf } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.table(rowsOf(study.trials("complete"), study.metricNames));
 * ```
 */
export function rowsOf(trials: readonly Trial[], metricNames?: readonly string[]): Row[] {
  const params = namesOf(trials, (trial) => trial.params);
  const attrs = namesOf(trials, (trial) => trial.userAttrs);
  const names = metricNames && metricNames.length > 0 ? metricNames : unnamedMetrics(trials);
  const constraintCount = trials.reduce(
    (most, trial) => Math.max(most, constraintsOf(trial).length),
    0,
  );
  const constraints = Array.from({ length: constraintCount }, (_, index) => `constraint${index}`);
  const others = [
    ...["number", "state", "durationMs", "failure"],
    ...(constraintCount > 0 ? ["feasible", ...constraints] : []),
    ...params.map((name) => `params.${name}`),
    ...attrs.map((name) => `user.${name}`),
  ];
  const metrics = columnsOf(names, others);
  return trials.map((trial) => {
    const values = valuesOf(trial);
    return Object.fromEntries([
      ["number", trial.number],
      ["state", trial.state],
      ...metrics.map((column, index) => [column, values[index]]),
      ...params.map((name) => [`params.${name}`, own(trial.params, name)]),
      ...attrs.map((name) => [`user.${name}`, cellOf(own(trial.userAttrs, name))]),
      ...(constraintCount > 0 ? [["feasible", feasibilityOf(trial)]] : []),
      ...constraints.map((column, index) => [column, constraintsOf(trial)[index]]),
      ["durationMs", durationOf(trial)],
      ["failure", trial.state === "failed" ? trial.failure.reason : undefined],
    ]) as Row;
  });
}

/**
 * Rows as CSV (RFC 4180): a header, then a line each. A cell is empty where there is nothing, and
 * JSON wherever text alone would look like another value: null, "", "null", "16" are four things.
 *
 * @example
 * ```ts
 * import { csvOf, loadStudy, rowsOf } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.log(csvOf(rowsOf(study.trials(), study.metricNames)));
 * ```
 */
export function csvOf(rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => textOf(row[name])))];
  return lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
}

const valuesOf = (trial: Trial): readonly number[] =>
  trial.state === "complete" || trial.state === "pruned" ? trial.values : [];

const constraintsOf = (trial: Trial): readonly number[] =>
  isFinished(trial) ? (trial.constraints ?? []) : [];

/** Of a trial that failed or is none yet, nothing is known. */
const feasibilityOf = (trial: Trial): boolean | undefined =>
  trial.state === "complete" || trial.state === "pruned" ? isFeasible(trial) : undefined;

function unnamedMetrics(trials: readonly Trial[]): string[] {
  const count = trials.reduce((most, trial) => Math.max(most, valuesOf(trial).length), 1);
  return Array.from({ length: count }, (_, index) => (index === 0 ? "value" : `value${index}`));
}

/** A column for each metric that no other column and no other metric has. */
function columnsOf(names: readonly string[], others: readonly string[]): string[] {
  const taken = new Set([...others, ...names.filter((name) => !others.includes(name))]);
  return names.map((name) => {
    if (!others.includes(name)) return name;
    let column = `metrics.${name}`;
    while (taken.has(column)) column = `metrics.${column}`;
    taken.add(column);
    return column;
  });
}

const namesOf = (trials: readonly Trial[], of: (trial: Trial) => object): string[] => [
  ...new Set(trials.flatMap((trial) => Object.keys(of(trial)))),
];

const own = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const cellOf = (value: unknown): Scalar | undefined =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Scalar);

/**
 * How long a finished trial ran, in milliseconds; undefined where its times were not kept, or are of a clock that
 * was set back meanwhile.
 */
export function durationOf(trial: Trial): number | undefined {
  if (!isFinished(trial) || !trial.startedAt || !trial.completedAt) return undefined;
  const ms = trial.completedAt.getTime() - trial.startedAt.getTime();
  return ms < 0 ? undefined : ms;
}

function textOf(cell: Scalar | undefined): string {
  if (cell === undefined) return "";
  return typeof cell === "string" && looksLikeAnother(cell) ? JSON.stringify(cell) : String(cell);
}

/** Whether a text would be read as nothing, as a number, as true, false or null, or as quoted. */
const looksLikeAnother = (text: string): boolean =>
  text.trim() === "" ||
  text.startsWith('"') ||
  /^\s*(null|true|false|NaN|[+-]?Infinity)\s*$/.test(text) ||
  !Number.isNaN(Number(text));

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
