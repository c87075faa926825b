import { decimalIn } from "../../errors/decimal.ts";
import type { NamedStopRules } from "../../study/stopping/named-rules.ts";
import { UsageError } from "../usage-error.ts";

/**
 * `noImprovement=20`, `regretBound` of `--until`, as a study file has them.
 * @returns undefined if the option was not given; rules are checked where they are made
 * @throws UsageError on what is no rule with its number
 */
export function untilGiven(texts: readonly string[] | undefined): NamedStopRules | undefined {
  if (texts === undefined) return undefined;
  const rules = texts.map(ruleGiven);
  const names = rules.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return Object.fromEntries(rules);
  throw new UsageError(`--until: ${twice} is given twice. Give each rule once.`);
}

function ruleGiven(text: string): readonly [name: string, argument: number | "noise"] {
  const [name, ...given] = text.split("=");
  const argument = given.length === 0 && name === "regretBound" ? "noise" : given.join("=");
  if (argument === "noise") return [name, argument];
  const number = decimalIn(argument);
  if (!Number.isNaN(number)) return [name, number];
  throw new UsageError(
    `--until ${text} is no rule. Write its name and a number: noImprovement=20.`,
  );
}
