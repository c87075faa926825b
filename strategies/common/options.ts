import { HpoError } from "../../src/errors/errors.ts";

/** @throws HpoError if there is an option that none of the `known` names is: a slip of the pen. */
export function requireKnown(strategy: string, options: object, known: readonly string[]): void {
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw new HpoError(
    `${strategy}: there is no option "${stray}". ` +
      (known.length > 0 ? `The options are ${known.join(", ")}.` : "It has none."),
  );
}

/** @throws HpoError unless `value` is an integer ≥ least. */
export function requireInteger(strategy: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new HpoError(`${strategy}: ${name} is ${String(value)}; give an integer ≥ ${least}.`);
}

/** @throws HpoError unless low ≤ value ≤ high (low < value if `open`). */
export function requireWithin(
  strategy: string,
  name: string,
  value: number,
  low: number,
  high: number,
  { open = false }: { readonly open?: boolean } = {},
): void {
  const isIn = typeof value === "number" && (open ? value > low : value >= low) && value <= high;
  if (isIn) return;
  const range = high === Infinity ? "" : ` and at most ${high}`;
  throw new HpoError(
    `${strategy}: ${name} is ${String(value)}; give a number ${open ? "above" : "of at least"} ` +
      `${low}${range}.`,
  );
}

/** @throws HpoError unless `value` is one of `known`. */
export function requireOneOf(
  strategy: string,
  name: string,
  value: string,
  known: readonly string[],
): void {
  if (known.includes(value)) return;
  throw new HpoError(
    `${strategy}: ${name} is ${JSON.stringify(value)}; give one of ${known.join(", ")}.`,
  );
}

/** @throws HpoError unless there is one metric. */
export function requireOneMetric(strategy: string, metricCount: number): void {
  if (metricCount === 1) return;
  throw new HpoError(
    `${strategy} minimises one metric, and this study has ${metricCount} metrics. ` +
      "Use nsga2() or tpe(), or make one metric of them.",
  );
}
