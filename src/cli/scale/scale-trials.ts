import { mustBe } from "../../errors/checks.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Params } from "../../space/search-space.ts";
import type { RateTrial } from "../../theory/rate-laws/best-rates.ts";
import { isFeasible, type Direction, type Trial } from "../../contracts/trial.ts";
import { studyLine } from "../command-line.ts";
import { BATCH_SIZE, findName, findSizes, LEARNING_RATE } from "../find-name.ts";
import { RATE, SIZE } from "./scale-numbers.ts";
import type { Naming } from "./scale-request.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

/** What a law of the batch size is fitted to. */
export interface ScaleTrials {
  /** Their source in words, for errors. */
  readonly where: string;
  /** Smaller values are better; NaN or ±∞ is a diverged trial. */
  readonly trials: readonly RateTrial[];
  readonly notes: readonly string[];
}

/** The part of a study that is read. */
export interface TrialSource {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | undefined;
  trials(): readonly Trial[];
}

/**
 * The complete trials of a study, and the diverged ones as such. Others, those without memory among
 * them, tell nothing of the learning rate, and a pruned trial's value is not one at the end: left out.
 * @throws HpoError listing the candidates if a parameter or the metric is not found
 */
export function trialsOfStudy(study: TrialSource, naming: Naming): ScaleTrials {
  const where = `Study ${quotedName(study.name)}`;
  const metric = metricOf(study, naming.metric);
  const all = study.trials();
  if (all.length === 0) {
    throw new HpoError(`${where} has no trials yet. Run it: ${studyLine("resume", study.name)}.`);
  }
  const names = numericNames(all);
  const find = (wanted: typeof LEARNING_RATE, given: string | undefined): string =>
    findName(wanted, given, names, where, "parameter");
  const rate = find(LEARNING_RATE, naming.lrParam);
  const batch = find(BATCH_SIZE, naming.batchParam);
  const sizes = findSizes(naming.sizes ?? [], naming.sizeParams ?? {}, names, where, "parameter");
  const sign = study.directions[metric] === "maximize" ? -1 : 1;
  const outcomes = all.map((trial) => ({ trial, value: outcomeOf(trial, metric) }));
  const usable = outcomes.filter(
    ({ trial, value }) => value !== undefined && hasBoth(trial.params, rate, batch),
  );
  const varied = varying(usable.map(({ trial }) => trial.params)).filter(
    (name) => ![rate, batch, ...Object.values(sizes)].includes(name),
  );
  const beside = varied.filter((name) =>
    usable.every(({ trial }) => typeof trial.params[name] === "number"),
  );
  const trials = usable.map(({ trial: { params }, value }) => ({
    learningRate: params[rate] as number,
    batchSize: params[batch] as number,
    value: sign * (value as number),
    ...Object.fromEntries(Object.entries(sizes).map(([size, name]) => [size, params[name]])),
    ...(beside.length > 0 && {
      beside: Object.fromEntries(beside.map((name) => [name, params[name] as number])),
    }),
  }));
  checkNumbers(where, usable, rate, batch);
  const noise = varied.filter((name) => !beside.includes(name));
  return { where, trials, notes: notesOn(outcomes, usable.length, [rate, batch], noise) };
}

function metricOf({ name, directions, metricNames }: TrialSource, given?: string): number {
  const names = metricNames ?? directions.map((_, i) => (i === 0 ? "value" : `value${i}`));
  if (given === undefined) {
    if (directions.length === 1) return 0;
    const list = names.map((one) => `"${one}"`).join(", ");
    throw new HpoError(
      `Study ${quotedName(name)} has ${names.length} metrics: ${list}. Choose one: --metric ${names[0]}.`,
    );
  }
  const index = names.indexOf(given);
  if (index >= 0) return index;
  throw new HpoError(
    `Study ${quotedName(name)} has no metric "${given}". ${didYouMean(given, names)}`,
  );
}

const numericNames = (trials: readonly Trial[]): string[] => [
  ...new Set(
    trials.flatMap(({ params }) =>
      Object.keys(params).filter((name) => typeof params[name] === "number"),
    ),
  ),
];

const hasBoth = (params: Params, rate: string, batch: string): boolean =>
  typeof params[rate] === "number" && typeof params[batch] === "number";

/** The value, NaN of a diverged trial; undefined of one that tells nothing. */
function outcomeOf(trial: Trial, metric: number): number | undefined {
  if (trial.state === "complete") return isFeasible(trial) ? trial.values[metric] : undefined;
  if (trial.state !== "failed") return undefined;
  const { reason } = trial.failure;
  return reason === "diverged" ? NaN : undefined;
}

type Outcome = { readonly trial: Trial; readonly value: number | undefined };

function checkNumbers(
  where: string,
  usable: readonly Outcome[],
  rate: string,
  batch: string,
): void {
  const wanted = [
    [rate, RATE, "--lr-param"],
    [batch, SIZE, "--batch-param"],
  ] as const;
  for (const { trial } of usable) {
    for (const [name, { test, description }, flag] of wanted) {
      const value = trial.params[name];
      if (test(value)) continue;
      const remedy = `Name another parameter: ${flag}.`;
      throw mustBe(`${where}, trial ${trial.number}: "${name}"`, value, description, remedy);
    }
  }
}

function notesOn(
  outcomes: readonly Outcome[],
  usable: number,
  used: readonly [string, string],
  noise: readonly string[],
): string[] {
  const notes: string[] = [];
  const pruned = outcomes.filter(({ trial }) => trial.state === "pruned").length;
  if (pruned > 0) {
    notes.push(`Left out: ${counted(pruned, "pruned trial")}, as a pruned value is not final.`);
  }
  const withoutMemory = outcomes.filter(
    ({ trial }) => trial.state === "failed" && trial.failure.reason === "outOfMemory",
  ).length;
  if (withoutMemory > 0) {
    notes.push(
      `Left out: ${counted(withoutMemory, "trial")} that ran out of memory, which tells nothing of a ` +
        "learning rate.",
    );
  }
  const rest = outcomes.length - usable - pruned - withoutMemory;
  if (rest > 0) {
    notes.push(
      `Left out: ${counted(rest, "trial")} not finished, infeasible, failed for other reasons than ` +
        `divergence, or without ${used.join(" or ")}.`,
    );
  }
  if (noise.length > 0) {
    notes.push(`The trials differ in ${noise.join(", ")} too, which is taken as noise.`);
  }
  return notes;
}

function varying(all: readonly Params[]): string[] {
  const names = new Set(all.flatMap((params) => Object.keys(params)));
  return [...names].filter((name) => new Set(all.map((params) => params[name])).size > 1);
}
