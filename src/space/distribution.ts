import { requireFinite, requireInteger, requireList, requirePositive } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";

/** Any JSON scalar. */
export type Scalar = string | number | boolean | null;

/** A value that a database, a command line and JSON can hold. */
export const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));

/** A real number in [low, high]; with `log`, uniform in its logarithm; with `step`, on low + k·step. */
export interface FloatDistribution {
  readonly kind: "float";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
  readonly foreign?: Foreign;
}

/** Set where another library stored a distribution that nothing can be drawn from here. */
export interface Foreign {
  /** As it was stored. */
  readonly json: string;
  readonly why: string;
}

/** An integer low + k·step ≤ high. With `log`, step is 1. */
export interface IntDistribution {
  readonly kind: "int";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
  readonly foreign?: Foreign;
}

/** One of at least one distinct choices; the order carries no meaning. */
export interface CategoricalDistribution {
  readonly kind: "categorical";
  readonly choices: readonly Scalar[];
  readonly foreign?: Foreign;
}

/** A range of numbers. */
export type NumericDistribution = FloatDistribution | IntDistribution;
/** What values a parameter can take, and on which scale. */
export type Distribution = NumericDistribution | CategoricalDistribution;

/** The scale of a real number's range: logarithmic, or in steps. */
export interface FloatOptions {
  /** Searched by its logarithm, which needs low > 0 and no step; false by default. */
  readonly log?: boolean;
  /** Only low, low + step, low + 2 step, …; > 0; without it every number. */
  readonly step?: number;
}

/**
 * A high that is not on the grid of `step` is lowered to it.
 * @throws HpoError unless low ≤ high, both finite and their difference, too; `log` needs low > 0 and
 * no step; step > 0, so large that its values can be told apart, and no wider than a range of several values
 *
 * @example
 * ```ts
 * import { floatDistribution } from "hpo";
 *
 * floatDistribution(0, 1, { step: 0.3 }).high; // 0.9
 * floatDistribution(1e-5, 1, { log: true });
 * ```
 */
export function floatDistribution(
  low: number,
  high: number,
  { log = false, step }: FloatOptions = {},
): FloatDistribution {
  checkRange("float", low, high);
  if (step !== undefined) {
    if (log) {
      throw new HpoError(
        `float(${low}, ${high}): log and step=${step} exclude each other. Drop one.`,
      );
    }
    checkStep("float", low, high, step);
    return { kind: "float", low, high: onGrid(low, step, stepsIn(low, high, step)), log, step };
  }
  if (log && low <= 0) throw logNeedsPositive("float", low, high, "low > 0", "above 0");
  return { kind: "float", low, high, log };
}

/** The scale of an integer's range: logarithmic, or in steps of 1 or more. */
export interface IntOptions {
  /** Searched by its logarithm, which needs low > 0 and a step of 1; false by default. */
  readonly log?: boolean;
  /** Only low, low + step, low + 2 step, …; an integer ≥ 1; 1 by default. */
  readonly step?: number;
}

/**
 * Integers from low to high, both included.
 * @throws HpoError unless low ≤ high are integers within ±(2⁵³ − 1), and so is their difference; `log`
 * needs low ≥ 1 and step 1; step ≥ 1, and no wider than a range of several values
 *
 * @example
 * ```ts
 * import { intDistribution } from "hpo";
 *
 * intDistribution(16, 70, { step: 16 }); // { kind: "int", low: 16, high: 64, log: false, step: 16 }
 * ```
 */
export function intDistribution(
  low: number,
  high: number,
  { log = false, step = 1 }: IntOptions = {},
): IntDistribution {
  for (const [name, value] of Object.entries({ low, high, step })) {
    const input = `int(${shown(low)}, ${shown(high)}): ${name}`;
    const remedy = Number.isInteger(value)
      ? "Beyond ±9007199254740991 integers are not exact. Narrow the range or use float."
      : "Round it or use float.";
    requireInteger(input, value, -Infinity, remedy);
  }
  checkRange("int", low, high);
  checkStep("int", low, high, step);
  if (log && step !== 1) {
    throw new HpoError(`int(${low}, ${high}): log and step=${step} exclude each other. Drop one.`);
  }
  if (log && low < 1) throw logNeedsPositive("int", low, high, "low ≥ 1", "to at least 1");
  // A remainder is exact, a quotient is not.
  return { kind: "int", low, high: high - ((high - low) % step), log, step };
}

/**
 * A choice between values without order.
 * @throws HpoError if there is no choice, a choice twice, or one that is no finite JSON scalar.
 *
 * @example
 * ```ts
 * import { categoricalDistribution } from "hpo";
 *
 * categoricalDistribution(["relu", "tanh", null]); // { kind: "categorical", choices: [ "relu", "tanh", null ] }
 * ```
 */
export function categoricalDistribution(choices: readonly Scalar[]): CategoricalDistribution {
  requireList("categorical: choices", choices, "values");
  if (choices.length === 0) {
    throw new HpoError(
      "categorical([]): there is nothing to choose from. Give at least one choice.",
    );
  }
  const seen = new Set<Scalar>();
  for (const choice of choices) {
    if (!isScalar(choice)) {
      throw new HpoError(
        `categorical: ${String(choice)} is no string, finite number, boolean or null. ` +
          "Use a name for it and look the value up in the objective.",
      );
    }
    if (seen.has(choice)) {
      throw new HpoError(`categorical: ${JSON.stringify(choice)} is given twice. Remove one.`);
    }
    seen.add(choice);
  }
  return { kind: "categorical", choices: [...choices] };
}

/** From so many choices on they are looked up in a table. */
const MANY_CHOICES = 64;
const tables = new WeakMap<readonly Scalar[], ReadonlyMap<unknown, number>>();

/** The place of a choice; −1 for what is none. */
export function choiceIndex({ choices }: CategoricalDistribution, value: unknown): number {
  if (choices.length < MANY_CHOICES) return choices.indexOf(value as Scalar);
  let table = tables.get(choices);
  if (!table) {
    table = new Map(choices.map((choice, index) => [choice, index]));
    tables.set(choices, table);
  }
  return table.get(value) ?? -1;
}

/**
 * Whether `value` is one that the distribution can give.
 *
 * @example
 * ```ts
 * import { contains, intDistribution } from "hpo";
 *
 * contains(intDistribution(0, 10, { step: 5 }), 5); // true
 * contains(intDistribution(0, 10, { step: 5 }), 4); // false
 * ```
 */
export function contains(distribution: Distribution, value: unknown): boolean {
  if (distribution.kind === "categorical") return choiceIndex(distribution, value) >= 0;
  if (typeof value !== "number" || !(value >= distribution.low && value <= distribution.high)) {
    return false;
  }
  if (distribution.step === undefined) return true;
  if (distribution.kind === "int") return (value - distribution.low) % distribution.step === 0;
  const steps = (value - distribution.low) / distribution.step;
  return Math.abs(steps - Math.round(steps)) < 1e-8;
}

/**
 * How many values there are; Infinity for a float without step.
 *
 * @example
 * ```ts
 * import { cardinality, floatDistribution, intDistribution } from "hpo";
 *
 * cardinality(intDistribution(0, 10, { step: 5 })); // 3
 * cardinality(floatDistribution(0, 1)); // Infinity
 * ```
 */
export function cardinality(distribution: Distribution): number {
  if (distribution.kind === "categorical") return distribution.choices.length;
  if (distribution.low === distribution.high) return 1;
  if (distribution.step === undefined) return Infinity;
  return Math.round((distribution.high - distribution.low) / distribution.step) + 1;
}

/**
 * Value number `index` of a finite distribution, 0 ≤ index < cardinality.
 *
 * @example
 * ```ts
 * import { categoricalDistribution, valueAt } from "hpo";
 *
 * valueAt(categoricalDistribution(["relu", "tanh"]), 1); // tanh
 * ```
 */
export function valueAt(distribution: Distribution, index: number): Scalar {
  if (distribution.kind === "categorical") return distribution.choices[index];
  const { kind, low, step = 0 } = distribution;
  return kind === "int" ? low + index * step : onGrid(low, step, index);
}

/**
 * low + index·step without the dirt of binary fractions: 0 + 3·0.1 is 0.3. Where 15 digits don't tell
 * neighbours apart, as it is.
 */
function onGrid(low: number, step: number, index: number): number {
  const value = low + index * step;
  const rounded = Number(value.toPrecision(15));
  return Math.abs(rounded - value) < 1e-3 * step ? rounded : value;
}

function checkRange(kind: string, low: number, high: number): void {
  for (const [name, value] of Object.entries({ low, high })) {
    requireFinite(`${kind}: ${name}`, value, "Give both bounds.");
  }
  if (low > high) {
    throw new HpoError(`${kind}: low=${low} lies above high=${high}. Swap them.`);
  }
  const widest = kind === "int" ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  if (high - low > widest) {
    throw new HpoError(
      `${kind}(${low}, ${high}): high − low must be at most ${widest}. Narrow the range` +
        (kind === "int" ? ", or use a float and round it." : ", or search its logarithm."),
    );
  }
}

function checkStep(kind: string, low: number, high: number, step: number): void {
  requirePositive(`${kind}(${low}, ${high}): step`, step);
  const isLost = low < high && (low + step === low || high - step === high);
  if (isLost || (high - low) / step > Number.MAX_SAFE_INTEGER) {
    throw new HpoError(
      `${kind}(${low}, ${high}): step=${step} is too small for its values to be told apart. ` +
        "Raise it or drop it.",
    );
  }
  if (low < high && stepsIn(low, high, step) === 0) {
    throw new HpoError(
      `${kind}(${low}, ${high}): step=${step} is wider than the range, so that ${low} would be its one value. ` +
        `Lower it to ${high - low} or less, or drop it.`,
    );
  }
}

/** How many steps there are from low to high, where rounding counts for none. */
const stepsIn = (low: number, high: number, step: number): number =>
  Math.floor((high - low) / step + 1e-8);

const logNeedsPositive = (kind: string, low: number, high: number, need: string, raise: string) =>
  new HpoError(
    `${kind}(${low}, ${high}): a log-scaled ${kind} needs ${need}, got low=${low}. ` +
      `Raise low ${raise} or drop log.`,
  );
