import { mustBe, requireKnown } from "../errors/checks.ts";

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
];

const DEFINITION_FIELDS = [
  ...["name", "direction", "metrics", "space", "strategy", "prior", "roles", "pruner", "trials"],
  ...["seed", "repeats", "maxRestarts", "lostTrials", "artifacts", "url", "objective", "probe"],
  ...RUN_FIELDS,
];

const OPTIMIZE_FIELDS = ["trials", "total", "signal", "catch", "onTrial", ...RUN_FIELDS];

/** @throws HpoError on a field that no definition has, and on parts that are none */
export function checkFields(definition: object): void {
  if (typeof (definition as unknown) !== "object" || definition === null) {
    throw mustBe("The study's definition", definition, "an object, such as { name, space }");
  }
  const { name, space, strategy, pruner } = definition as Readonly<Record<string, unknown>>;
  const owner = `Study "${String(name)}"`;
  requireKnown(owner, definition, DEFINITION_FIELDS);
  if (space !== undefined && !Array.isArray(member(space, "parameters"))) {
    throw mustBe(`${owner}: space`, space, "a search space: searchSpace({ x: float(0, 1) })");
  }
  if (strategy !== undefined && !hasMethods(strategy, ["init", "observe", "suggest"])) {
    const import_ = 'Write: import { tpe } from "hpo/strategies", and strategy: tpe().';
    throw mustBe(`${owner}: strategy`, strategy, "a strategy", import_);
  }
  if (pruner !== undefined && !hasMethods(pruner, ["init", "observe", "shouldPrune"])) {
    const import_ = 'Write: import { median } from "hpo/pruners", and pruner: median().';
    throw mustBe(`${owner}: pruner`, pruner, "a pruner", import_);
  }
}

/** @throws HpoError on an option that `optimize` does not have */
export function checkOptimizeFields(options: object): void {
  if (typeof (options as unknown) !== "object" || options === null) {
    throw mustBe("optimize: options", options, "an object, such as { trials: 30 }");
  }
  requireKnown("optimize", options, OPTIMIZE_FIELDS);
}

const member = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;

const hasMethods = (of: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof member(of, name) === "function");
