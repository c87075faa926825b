import { mustBe } from "../../../errors/checks.ts";
import { NUMBERS } from "../../../errors/number-kinds.ts";
import { HpoError } from "../../../errors/errors.ts";
import { float, type Declaration, type Scalar } from "../../../space/index.ts";

/** What a hyperparameter does; searches, reports and theory find it by this. */
export type Role =
  | "learningRate"
  | "momentum"
  | "secondMoment"
  | "weightDecay"
  | "stabiliser"
  | "clipping"
  | "trust"
  | "averaging"
  | "perturbation"
  | "stepSize"
  | "form";

/**
 * How a hyperparameter is searched: in a coordinate in which equal steps matter alike. β₁ = 0.9 and
 * 0.99 are averages over 10 and 100 steps, so it is 1 − β₁ that is searched, on a log scale.
 */
export interface Coordinate {
  /** The parameter's name in a search space where it is not the hyperparameter's own. */
  readonly name?: string;
  readonly scale: "itself" | "oneMinus";
  readonly declaration: Declaration;
}

export interface Hyperparameter<T = unknown> {
  readonly default: T;
  readonly role: Role;
  readonly allowed: { readonly description: string; test(value: unknown): boolean };
  /** Absent: not searched, unless the user declares it. */
  readonly search?: Coordinate;
}

/** One that is searched by default; its type knows the name that it is searched under. */
export interface Searched<
  T,
  Scale extends Coordinate["scale"],
  Name extends string | undefined = undefined,
> extends Hyperparameter<T> {
  readonly search: Coordinate & { readonly scale: Scale; readonly name?: Name };
}

/** The name under which hyperparameter `Key` is searched; never, if it is not. */
export type CoordinateName<Key, H> = H extends { readonly search: { readonly name?: infer Name } }
  ? [Name] extends [string | undefined]
    ? [Extract<Name, string>] extends [never]
      ? H extends { readonly search: { readonly scale: "oneMinus" } }
        ? `oneMinus${Capitalize<Key & string>}`
        : Key & string
      : Extract<Name, string>
    : never
  : never;

export type Hyperparameters = Readonly<Record<string, Hyperparameter>>;
export type ValuesOf<H extends Hyperparameters> = {
  readonly [Key in keyof H]: H[Key] extends Hyperparameter<infer T> ? T : never;
};
export type OptionsOf<H extends Hyperparameters> = Partial<ValuesOf<H>>;

export const { positive, share, coefficient: decayRate } = NUMBERS;
export const count = NUMBERS.integer(1);

/** η, searched on a log scale. */
export const learningRate = (
  value: number,
  low: number,
  high: number,
): Searched<number, "itself"> => ({
  default: value,
  role: "learningRate",
  allowed: NUMBERS.nonNegative,
  search: { scale: "itself", declaration: float(low, high, { log: true }) },
});

/** A rate at which an average forgets, in [0, 1); one minus it is searched, on a log scale. */
export const forgetting = (
  value: number,
  role: "momentum" | "secondMoment",
  low: number,
  high: number,
): Searched<number, "oneMinus"> => ({
  default: value,
  role,
  allowed: decayRate,
  search: { scale: "oneMinus", declaration: float(low, high, { log: true }) },
});

/** λ, searched on a log scale. */
export const weightDecay = (value: number): Searched<number, "itself"> => ({
  default: value,
  role: "weightDecay",
  allowed: NUMBERS.nonNegative,
  search: { scale: "itself", declaration: float(1e-6, 1, { log: true }) },
});

/** A number that is set, but not searched by default. */
export const fixed = (
  value: number,
  role: Role,
  allowed: Hyperparameter["allowed"] = NUMBERS.nonNegative,
): Hyperparameter<number> => ({ default: value, role, allowed });

/** A number that is searched as it is, under a name of its own. */
export const searched = <const Name extends string>(
  value: number,
  role: Role,
  allowed: Hyperparameter["allowed"],
  declaration: Declaration,
  name: Name,
): Searched<number, "itself", Name> => ({
  default: value,
  role,
  allowed,
  search: { name, scale: "itself", declaration },
});

export const flag = (value: boolean): Hyperparameter<boolean> => ({
  default: value,
  role: "form",
  allowed: { description: "true or false", test: (given) => typeof given === "boolean" },
});

/** A bound on the gradient; null for none. */
export const bound = (value: number | null): Hyperparameter<number | null> => ({
  default: value,
  role: "clipping",
  allowed: {
    description: "a finite number > 0, or null for none",
    test: (given) => given === null || positive.test(given),
  },
});

/** What every optimizer that takes one gradient a step has. */
export const commonHyperparameters = {
  /** Climb instead of descend. */
  maximize: flag(false),
  /** Clip each element of the gradient into [−clipValue, clipValue]. */
  clipValue: bound(null),
  /** Scale a variable's gradient down to this Euclidean norm. */
  clipNorm: bound(null),
  /** Scale all gradients together down to this norm. */
  clipGlobalNorm: bound(null),
};
/** The name under which a hyperparameter is searched: beta1 as oneMinusBeta1. */
export const coordinateName = (key: string, { name, scale }: Coordinate): string =>
  name ?? (scale === "itself" ? key : `oneMinus${key[0].toUpperCase()}${key.slice(1)}`);

/** From a coordinate to the hyperparameter, and back: both scales are their own inverse. */
export const throughScale = (value: Scalar, { scale }: Coordinate): Scalar =>
  scale === "itself" ? value : 1 - Number(value);

/**
 * The defaults with the options over them.
 * @throws HpoError on a name that the optimizer does not have or a value out of range.
 */
export function resolve<H extends Hyperparameters>(
  optimizer: string,
  hyperparameters: H,
  options: Readonly<Record<string, unknown>>,
): ValuesOf<H> {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(hyperparameters, name)) {
      throw new HpoError(
        `${optimizer} has no hyperparameter "${name}". It has ` +
          `${Object.keys(hyperparameters).join(", ")}.`,
      );
    }
  }
  const values = Object.entries(hyperparameters).map(([name, { default: fallback, allowed }]) => {
    const value = options[name] === undefined ? fallback : options[name];
    if (!allowed.test(value)) {
      throw mustBe(`${optimizer}: ${name}`, value, allowed.description);
    }
    return [name, value];
  });
  return Object.fromEntries(values) as ValuesOf<H>;
}
