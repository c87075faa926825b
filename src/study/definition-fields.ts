import { requirePruner, requireStrategy } from "../contracts/part.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Strategy } from "../contracts/strategy.ts";
import { mustBe, requireKnown } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { prunerNamed } from "../pruners/index.ts";
import { strategyNamed } from "./strategy-registry.ts";

const RUN_FIELDS = [
  "timeoutMs",
  "until",
  "workers",
  "isolation",
  "trialTimeoutMs",
  "silenceMs",
  "abortGraceMs",
  "memoryLimit",
  "devices",
  "trialsPerDevice",
  "devicesPerTrial",
  "memoryPerTrial",
  "shareDevices",
  "keepBest",
  "artifactsLimit",
  "notify",
];

const DEFINITION_FIELDS = [
  ...["name", "direction", "metrics", "space", "strategy", "prior", "roles", "pruner", "trials"],
  ...["seed", "repeats", "maxRestarts", "lostTrials", "artifacts", "url", "objective", "probe"],
  ...RUN_FIELDS,
];

const OPTIMIZE_FIELDS = ["trials", "total", "signal", "catch", "onTrial", ...RUN_FIELDS];

/** @throws HpoError on an option that the call does not have */
export function checkCall(call: string, options: object, known: readonly string[]): void {
  if (typeof (options as unknown) !== "object" || options === null) {
    throw mustBe(`${call}: options`, options, "an object, such as { storage }");
  }
  requireKnown(call, options, known);
}

/** @throws HpoError on a field that no definition has, and on parts that are none */
export function checkFields(definition: object): void {
  if (typeof (definition as unknown) !== "object" || definition === null) {
    throw mustBe("The study's definition", definition, "an object, such as { name, space }");
  }
  const { name, space, strategy, pruner } = definition as Readonly<Record<string, unknown>>;
  const owner = `Study ${JSON.stringify(String(name))}`;
  requireKnown(owner, definition, DEFINITION_FIELDS);
  if (space !== undefined && !Array.isArray(member(space, "parameters"))) {
    throw mustBe(`${owner}: space`, space, "a search space: searchSpace({ x: float(0, 1) })");
  }
  checkParts(owner, { strategy, pruner });
}

/**
 * @throws HpoError on what is neither a strategy or pruner nor the name of one, and on a strategy and a pruner
 * that both stop all but the best trials
 */
export function checkParts(
  owner: string,
  { strategy, pruner }: { readonly strategy?: unknown; readonly pruner?: unknown },
): void {
  const searching = strategyIn(owner, strategy);
  const stopping = prunerIn(owner, pruner);
  if (!searching?.promotes || !stopping?.races) return;
  throw new HpoError(
    `${owner}: strategy "${searching.name}" and pruner "${stopping.name}" both stop all but the best trials, and ` +
      "the pruner would stop those that the strategy goes on with. Drop the pruner, or take the strategy " +
      `that "${searching.name}" is over by itself.`,
  );
}

function strategyIn(owner: string, given: unknown): Strategy | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return strategyNamed(given, `${owner}: strategy="${given}"`);
  requireStrategy(`${owner}: strategy`, given);
  return given;
}

function prunerIn(owner: string, given: unknown): Pruner | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return prunerNamed(given, `${owner}: pruner="${given}"`);
  requirePruner(`${owner}: pruner`, given);
  return given;
}

/** @throws HpoError on an option that `optimize` does not have */
export function checkOptimizeFields(options: object): void {
  if (typeof (options as unknown) !== "object" || options === null) {
    throw mustBe(
      "optimize: options",
      options,
      "an object, such as { trials: 30 }, and an objective a function or a module's URL",
    );
  }
  requireKnown("optimize", options, OPTIMIZE_FIELDS);
}

const member = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
