import { mustBe } from "../errors/checks.ts";
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
  const remedy = 'Write: import { tpe } from "hpo/strategies", and strategy: tpe().';
  throw mustBe(input, value, "a strategy", remedy);
}

/** @throws HpoError unless it is a pruner */
export function requirePruner(input: string, value: unknown): asserts value is Pruner {
  if (isPruner(value)) return;
  const remedy = 'Write: import { median } from "hpo/pruners", and pruner: median().';
  throw mustBe(input, value, "a pruner", remedy);
}

const hasMethods = (of: unknown, names: readonly string[]): boolean =>
  typeof of === "object" &&
  of !== null &&
  names.every((name) => typeof (of as Record<string, unknown>)[name] === "function");
