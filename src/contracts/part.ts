import { mustBe } from "../errors/checks.ts";
import { shown } from "../errors/shown.ts";
import type { Pruner } from "./pruner.ts";
import type { Strategy } from "./strategy.ts";

/** What a study is made of that its user may have written. */
export type StrategyOrPruner = Strategy | Pruner;

export const isStrategy = (value: unknown): value is Strategy =>
  hasMethods(value, ["init", "observe", "suggest"]);

export const isPruner = (value: unknown): value is Pruner =>
  hasMethods(value, ["init", "observe", "shouldPrune"]);

/** @throws HpoError unless it is a strategy */
export function requireStrategy(input: string, value: unknown): asserts value is Strategy {
  if (isStrategy(value)) return;
  const [maker, call] = callOf(value, "tpe");
  const remedy = `Write: import { ${maker} } from "hpo/strategies", and strategy: ${call}.`;
  throw mustBe(input, value, "a strategy", remedy);
}

/** @throws HpoError unless it is a pruner */
export function requirePruner(input: string, value: unknown): asserts value is Pruner {
  if (isPruner(value)) return;
  const [maker, call] = callOf(value, "median");
  const remedy = `Write: import { ${maker} } from "hpo/pruners", and pruner: ${call}.`;
  throw mustBe(input, value, "a pruner", remedy);
}

/**
 * What is called, and the call, that a program writes for what a study file says as `{ name: threshold, upper: 3 }`.
 * @param otherwise what is called where the value names nothing
 */
function callOf(value: unknown, otherwise: string): readonly [maker: string, call: string] {
  const { name, options, ...others } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof value === "function" || typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name)) {
    return [otherwise, `${otherwise}()`];
  }
  const given = { ...(Object(options) as object), ...others };
  const maker = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return [maker, `${maker}(${Object.keys(given).length > 0 ? shown(given) : ""})`];
}

const hasMethods = (of: unknown, names: readonly string[]): boolean =>
  typeof of === "object" &&
  of !== null &&
  names.every((name) => typeof (of as Record<string, unknown>)[name] === "function");
