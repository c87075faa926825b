import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { regretBound } from "./regret-rule.ts";
import { maxTrials, noImprovement, targetValue, timeBudget, type StopRule } from "./stop-rules.ts";

/** Stop rules by name, as study files and the command line write them: `{ noImprovement: 20 }`. */
export interface NamedStopRules {
  readonly maxTrials?: number;
  readonly targetValue?: number;
  readonly noImprovement?: number;
  /** Seconds. */
  readonly timeBudget?: number;
  readonly regretBound?: number | "noise";
}

const RULES: {
  readonly [Name in keyof NamedStopRules]-?: (
    argument: NonNullable<NamedStopRules[Name]>,
  ) => StopRule;
} = { maxTrials, targetValue, noImprovement, timeBudget, regretBound };

const STOP_RULE_NAMES = Object.keys(RULES) as readonly (keyof NamedStopRules)[];

/** @throws HpoError on a rule that there is not, or an argument that won't do */
export const stopRulesOf = (named: NamedStopRules): readonly StopRule[] =>
  Object.entries(named).map(([name, argument]) => {
    if (!Object.hasOwn(RULES, name)) {
      throw new HpoError(`until: there is no rule "${name}". ${didYouMean(name, STOP_RULE_NAMES)}`);
    }
    return (RULES[name as keyof NamedStopRules] as (given: unknown) => StopRule)(argument);
  });
