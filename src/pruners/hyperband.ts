import { crc32 } from "node:zlib";
import { HpoError } from "../errors/errors.ts";
import { mustBe, requireInteger, givenOptions } from "../errors/checks.ts";
import { bracketDeal } from "./bracket-deal.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { successiveHalving, type SuccessiveHalvingState } from "./successive-halving.ts";

/** Options of `hyperband`. */
export interface HyperbandOptions {
  /** The first rung's step in the bracket that stops earliest; ≥ 1; 1 if left out. */
  readonly minResource?: number;
  /**
   * How many steps a full trial has, ≥ minResource. "auto", if left out: the last step of the first trial that
   * completes, plus 1; until then none is pruned.
   */
  readonly maxResource?: number | "auto";
  /** About one trial in so many is promoted from rung to rung; ≥ 2; 3 if left out. */
  readonly reductionFactor?: number;
  /** The first so many trials of a rung, ≥ 0, are pruned there; 0 if left out; not with "auto". */
  readonly bootstrapCount?: number;
  /**
   * The study's name, by which Optuna deals trials to brackets at random: with it the brackets are
   * Optuna's. If left out, the first trials, too, fall into the brackets by their shares.
   */
  readonly studyName?: string;
}

interface Bracket {
  readonly pruner: Pruner<SuccessiveHalvingState>;
  state: SuccessiveHalvingState;
  /** Its share of the trials, relative to the others'. */
  readonly share: number;
}

interface State {
  /** Undefined until a trial has completed, with "auto". */
  brackets: readonly Bracket[] | undefined;
  /** The bracket of a trial by its number; undefined where a study's name deals. */
  deal?: (trial: number) => Bracket;
}

/**
 * Hyperband (Li et al., Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization,
 * JMLR 18, 2018), as Optuna's HyperbandPruner deals it out: B = ⌊log_η(max/min)⌋ + 1 brackets, each
 * an asynchronous successive halving that leaves out one rung more at its start. Bracket
 * b = 0 … B − 1 gets trials in proportion to ⌈B·η^(B−1−b)/(B − b)⌉. With a study's name trial n falls
 * into one by crc32("studyName_n"), modulo the sum; of 20 trials that may deal far too many to the
 * brackets that hardly stop any. Without it they are dealt in strata: the k-th trial of a bracket
 * with share s comes at a place drawn from [k, k + 1)·S/s, S the sum. Trials compete within their
 * bracket.
 *
 * B is exact here; Optuna takes it from rounded logarithms and loses a bracket where max/min is
 * 243 = 3⁵ or 1000 = 10³.
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { hyperband } from "hpo/pruners";
 *
 * const pruner = hyperband({ minResource: 1, maxResource: 81 }); // defineStudy({ …, pruner })
 * ```
 */
export function hyperband(options: HyperbandOptions = {}): Pruner<State> {
  const given = givenOptions("hyperband", options, [
    "minResource",
    "maxResource",
    "reductionFactor",
    "bootstrapCount",
    "studyName",
  ]);
  const { minResource = 1, maxResource = "auto", reductionFactor = 3 } = given;
  const { bootstrapCount = 0, studyName } = given;
  const shape = { minResource, reductionFactor, bootstrapCount };
  checkOptions({ ...shape, maxResource }, studyName);
  const stateOf = (lastStep: number): State => {
    const brackets = bracketsOf(lastStep, shape);
    if (studyName !== undefined || brackets.length === 0) return { brackets };
    const deal = bracketDeal(brackets.map(({ share }) => share));
    return { brackets, deal: (trial) => brackets[deal(trial)] };
  };
  return {
    name: "hyperband",
    races: true,
    options: { ...given },
    init: () => (maxResource === "auto" ? { brackets: undefined } : stateOf(maxResource)),
    observe(state, trial) {
      if (state.brackets) {
        const bracket = bracketOf(state, studyName, trial.number);
        if (bracket) bracket.state = bracket.pruner.observe(bracket.state, trial);
        return state;
      }
      const last = trial.reports.at(-1);
      // As in Optuna, what came before the rungs were known doesn't count at them.
      return trial.outcome === "complete" && last ? stateOf(last.step + 1) : state;
    },
    shouldPrune(state, context) {
      const bracket = bracketOf(state, studyName, context.trial.number);
      if (!bracket) return false;
      const pending = context.pending.filter(
        ({ number }) => bracketOf(state, studyName, number) === bracket,
      );
      return bracket.pruner.shouldPrune(bracket.state, { ...context, pending });
    },
  };
}

type Shape = Required<Omit<HyperbandOptions, "maxResource" | "studyName">>;

/** None if the first completed trial had fewer steps than `minResource`: then none is pruned. */
function bracketsOf(maxResource: number, shape: Shape): Bracket[] {
  const { reductionFactor, minResource } = shape;
  let count = 0;
  for (let step = minResource; step <= maxResource; step *= reductionFactor) count++;
  const brackets: Bracket[] = [];
  let power = 1;
  for (let index = count - 1; index >= 0; index--, power *= reductionFactor) {
    const pruner = successiveHalving({ ...shape, minEarlyStoppingRate: index });
    const share = Math.ceil((count * power) / (count - index));
    brackets.unshift({ pruner, state: pruner.init(), share });
  }
  return brackets;
}

function bracketOf(
  { brackets = [], deal }: State,
  studyName: string | undefined,
  number: number,
): Bracket | undefined {
  if (deal) return deal(number);
  const total = totalOf(brackets);
  let left = crc32(`${studyName}_${number}`) % total;
  return brackets.find(({ share }) => (left -= share) < 0);
}

const totalOf = (brackets: readonly Bracket[]): number =>
  brackets.reduce((sum, { share }) => sum + share, 0);

function checkOptions(
  options: Required<Omit<HyperbandOptions, "studyName">>,
  studyName: unknown = "",
): void {
  const { minResource, maxResource, bootstrapCount } = options;
  requireInteger("hyperband: minResource", minResource, 1);
  requireInteger("hyperband: reductionFactor", options.reductionFactor, 2);
  requireInteger("hyperband: bootstrapCount", bootstrapCount, 0);
  if (maxResource !== "auto") requireInteger("hyperband: maxResource", maxResource, minResource);
  if (maxResource === "auto" && bootstrapCount > 0) {
    throw new HpoError(
      `hyperband: bootstrapCount=${bootstrapCount} needs a maxResource. Give it a number.`,
    );
  }
  if (typeof studyName !== "string") {
    throw mustBe("hyperband: studyName", studyName, "a string");
  }
}
