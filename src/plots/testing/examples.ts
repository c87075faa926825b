import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Failure, Report, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";
import { spaceFromJson, spaceToJson, type SpaceJson } from "../../space/space-json.ts";
import { fromJson, toJson } from "../../storage/json.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

/** In the sources, wherever this file was compiled to. */
const FOLDER = new URL("../../../../src/plots/testing/examples/", import.meta.url);

export const exampleFile = (name: string): string =>
  fileURLToPath(new URL(`${name.replaceAll(" ", "-")}.jsonl`, FOLDER));

/** The example studies: `make-examples.ts` ran them. */
export const EXAMPLES = [
  "noisy-quadratic",
  "noisy-quadratic at random",
  "branches",
  "network",
  "logistic",
  "size",
  "workers",
] as const;
export type ExampleName = (typeof EXAMPLES)[number];

interface KeptTrial {
  readonly state: Trial["state"];
  readonly params: Params;
  readonly values?: readonly number[];
  readonly reports?: readonly (readonly [step: number, value: number])[];
  readonly curves?: unknown;
  readonly failure?: Failure;
  readonly constraints?: readonly number[];
  readonly device?: string;
  /** Milliseconds since the first trial's start. */
  readonly from?: number;
  readonly to?: number;
}

interface KeptStudy extends Omit<PlottedStudy, "space" | "trials"> {
  readonly space: SpaceJson;
}

const BEGUN = Date.UTC(2026, 0, 1);

/** A study as it is kept: a line for it, then one for each trial; numbers with six digits. */
export function exampleText(study: PlottedStudy): string {
  const { space, trials, ...rest } = study;
  const starts = trials.flatMap((trial) =>
    "startedAt" in trial && trial.startedAt ? [+trial.startedAt] : [],
  );
  const begun = Math.min(...starts);
  const head = { ...rest, space: spaceToJson(space) };
  const lines = [head, ...trials.map((trial) => rounded(keptTrial(trial, begun)))];
  return `${lines.map((line) => toJson(line, "an example study")).join("\n")}\n`;
}

function keptTrial(trial: Trial, begun: number): KeptTrial {
  const { [ATTRIBUTE.curves]: curves } = trial.systemAttrs;
  const finished = trial.state === "waiting" || trial.state === "running" ? undefined : trial;
  return {
    state: trial.state,
    params: trial.params,
    ...(finished && "values" in finished && { values: finished.values }),
    ...(trial.reports.length > 0 && {
      reports: trial.reports.map(({ step, value }) => [step, value]),
    }),
    ...(curves !== undefined && { curves }),
    ...(trial.state === "failed" && { failure: withoutStack(trial.failure) }),
    ...(finished?.constraints && { constraints: finished.constraints }),
    ...(trial.device !== undefined && { device: trial.device }),
    ...(finished?.startedAt && { from: +finished.startedAt - begun }),
    ...(finished?.completedAt && { to: +finished.completedAt - begun }),
  };
}

const withoutStack = (failure: Failure): Failure =>
  failure.reason === "error" ? { reason: "error", message: failure.message } : failure;

function rounded(value: unknown): unknown {
  if (typeof value === "number" && Number.isFinite(value)) return Number(value.toPrecision(6));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)]));
}

/** An example study, as it was run. */
export function example(name: ExampleName): PlottedStudy {
  const lines = readFileSync(exampleFile(name), "utf8").trimEnd().split("\n").map(fromJson);
  const [head, ...trials] = lines as [KeptStudy, ...KeptTrial[]];
  return { ...head, space: spaceFromJson(head.space), trials: trials.map(trialOf) };
}

function trialOf(kept: KeptTrial, number: number): Trial {
  const { reports = [], curves, from, to, ...rest } = kept;
  return {
    ...rest,
    number,
    distributions: {},
    reports: reports.map(([step, value]): Report => ({ step, value })),
    userAttrs: {},
    systemAttrs: curves === undefined ? {} : { [ATTRIBUTE.curves]: curves },
    ...(from !== undefined && { startedAt: new Date(BEGUN + from) }),
    ...(to !== undefined && { completedAt: new Date(BEGUN + to) }),
  } as Trial;
}
