import { chooseStrategy } from "../../strategies/auto.ts";
import { strategies, strategyMaker, type StrategyName } from "../../strategies/index.ts";
import { isStrategy } from "../contracts/part.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import { prunerNames } from "../pruners/index.ts";
import type { SearchSpace } from "../space/search-space.ts";

export type { StrategyName };

/** The names that study files, the command line and definitions know. */
export const strategyNames: readonly string[] = Object.keys(strategies);

export const defaultStrategy = (): Strategy => strategies.auto();

/**
 * A strategy by its name, with its default options.
 * @param label names the input in the error: `--strategy bayes`
 * @throws HpoError if there is none of this name
 */
export function strategyNamed(name: string, label: string): Strategy {
  const strategy = strategyOf({ name });
  if (strategy) return strategy;
  throw new HpoError(`${label}: there is no such strategy. ${partHint("strategy", name)}`);
}

/** What may have been meant by a name that no strategy has, or no pruner. */
export function partHint(word: "strategy" | "pruner", name: string): string {
  const names: Readonly<Record<typeof word, readonly string[]>> = {
    strategy: strategyNames,
    pruner: prunerNames,
  };
  const other = word === "strategy" ? "pruner" : "strategy";
  return names[other].includes(name)
    ? `"${name}" is a ${other}: give it as the ${other}.`
    : didYouMean(name, names[word]);
}

/** The strategy of a definition, which gives it, its name, or nothing. */
export const strategyOrNamed = (given: Strategy | StrategyName | undefined): Strategy =>
  given === undefined
    ? defaultStrategy()
    : typeof given === "string"
      ? strategyNamed(given, "strategy")
      : given;

/**
 * A strategy by the name and options that were kept with a study; undefined if it is unknown, or came
 * from a file, which the caller has to load.
 * @throws HpoError if it does not take these options
 *
 * @example
 * ```ts
 * import { loadStudy, replay, strategyOf } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * const replayed = await replay(study, strategyOf);
 * console.log(strategyOf({ name: "tpe", options: {} })?.name, replayed.length); // tpe …
 * ```
 */
export function strategyOf({ name, options, file }: StrategyIdentity): Strategy | undefined {
  const make = file === undefined ? strategyMaker(name) : undefined;
  if (!make) return undefined;
  const inner = options?.["strategy"];
  if (inner === undefined) return make(options);
  const strategy = nestedStrategy(name, inner);
  return strategy && make({ ...options, strategy });
}

/** What `auto` chooses by, beside the space; of a study's version. */
interface StudyOfStrategy {
  readonly strategy: StrategyIdentity;
  readonly trialBudget?: number;
}

/** The strategy that `auto` chooses in a study, and why; undefined if the study has another. */
export function chosenBy(
  { strategy: { name, options }, trialBudget }: StudyOfStrategy,
  space: SearchSpace,
  metricCount: number,
): { readonly name: string; readonly reason: string } | undefined {
  if (name !== "auto" || space.parameters.length === 0) return undefined;
  const { strategy, reason } = chooseStrategy({ space, metricCount, trialBudget }, options);
  return { name: strategy.name, reason };
}

/** The strategy that another one uses: itself, a name, a map with a name, or an identity as kept. */
function nestedStrategy(outer: string, given: unknown): Strategy | undefined {
  if (isStrategy(given)) return given;
  const isMap = typeof given === "object" && given !== null;
  const {
    name,
    options,
    revision: _,
    file,
    ...rest
  } = (isMap ? given : { name: given }) as Readonly<Record<string, unknown>>;
  if (typeof name === "string") {
    return strategyOf({
      name,
      options: { ...rest, ...(options as object | undefined) },
      file: file as string | undefined,
    });
  }
  throw new HpoError(
    `strategy: the "strategy" of ${outer} must be a name, or a map with a name, got ` +
      `${JSON.stringify(given)}.`,
  );
}
