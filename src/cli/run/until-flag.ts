import type { NamedStopRules } from "../../study/stopping/named-rules.ts";
import { UsageError } from "../usage-error.ts";

/**
 * `noImprovement=20`, `regretBound` of `--until`, as a study file has them.
 * @returns undefined if the option was not given; rules are checked where they are made
 * @throws UsageError on what is no rule with its number
 */
export function untilGiven(texts: readonly string[] | undefined): NamedStopRules | undefined {
  return texts && Object.fromEntries(texts.map(ruleGiven));
}

function ruleGiven(text: string): readonly [name: string, argument: number | "noise"] {
  const [name, argument = name === "regretBound" ? "noise" : ""] = text.split("=", 2);
  if (argument === "noise") return [name, argument];
  const number = argument.trim() === "" ? NaN : Number(argument);
  if (!Number.isNaN(number)) return [name, number];
  throw new UsageError(
    `--until ${text} is no rule. Write its name and a number: noImprovement=20.`,
  );
}
