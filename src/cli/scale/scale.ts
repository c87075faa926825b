import { assertNever, HpoError } from "../../errors/errors.ts";
import { readText } from "../../system/text-file.ts";
import type { RateTrial } from "../../theory/rate-laws/best-rates.ts";
import { recommendRateFrom } from "../../theory/rate-laws/known-rate.ts";
import type { RateLaw } from "../../theory/rate-laws/rate-law.ts";
import type { RateRecommendation } from "../../theory/rate-laws/rate-recommendation.ts";
import { recommendRate } from "../../theory/rate-laws/scale.ts";
import { number } from "../format.ts";
import { table } from "../output.ts";
import { MOST_VALUE } from "./scale-numbers.ts";
import type { ScaleRequest, ScaleSource } from "./scale-request.ts";
import type { ScaleTrials } from "./scale-trials.ts";
import { counted } from "../../errors/counted.ts";

/** Two trials, as one gives no curve: that is what --lr is for. */
const LEAST_TRIALS = 2;

/** @throws HpoError naming what is wrong with the study, the file or the trials */
export async function recommend(request: ScaleRequest): Promise<RateRecommendation> {
  const { source, naming: _, ...options } = request;
  if (source.kind === "known") {
    return recommendRateFrom({ toBatch: source.fromBatch, ...given(options), ...source });
  }
  const { where, trials, notes } = withoutExploded(await trialsOf(source, request));
  checkEnough(where, trials, options.toBatch);
  const answer = recommendRate(trials, { toBatch: bestBatch(trials), ...given(options) });
  return { ...answer, notes: [...notes, ...answer.notes] };
}

/** A value that no computation can go on with is that of a diverged run. */
function withoutExploded(source: ScaleTrials): ScaleTrials {
  const isExploded = ({ value }: RateTrial): boolean =>
    Number.isFinite(value) && Math.abs(value) > MOST_VALUE;
  const count = source.trials.filter(isExploded).length;
  if (count === 0) return source;
  return {
    ...source,
    trials: source.trials.map((trial) => (isExploded(trial) ? { ...trial, value: NaN } : trial)),
    notes: [
      ...source.notes,
      `Taken as diverged: ${counted(count, "trial")} with a value beyond ±${MOST_VALUE}.`,
    ],
  };
}

/** Without what is undefined. */
const given = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/** @param trials ≥ 1 with a finite value */
const bestBatch = (trials: ScaleTrials["trials"]): number =>
  trials
    .filter(({ value }) => Number.isFinite(value))
    .reduce((best, other) => (other.value < best.value ? other : best)).batchSize;

async function trialsOf(
  source: Exclude<ScaleSource, { kind: "known" }>,
  { naming }: ScaleRequest,
): Promise<ScaleTrials> {
  if (source.kind === "csv") {
    const { trialsOfCsv } = await import("./scale-csv.ts");
    return trialsOfCsv(textOf(source.file), source.file, naming, source.direction);
  }
  const { withStudy } = await import("../context.ts");
  const { trialsOfStudy } = await import("./scale-trials.ts");
  return withStudy(source.name, source, async (study) => trialsOfStudy(study, naming));
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    if (error instanceof HpoError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new HpoError(
      code === "ENOENT"
        ? `There is no file ${file}. Give --from-csv a file with the columns lr, batch_size, value.`
        : `${file} can't be read: ${message}. Give --from-csv a readable CSV file.`,
    );
  }
}

function checkEnough(where: string, trials: ScaleTrials["trials"], toBatch?: number): void {
  const finite = trials.filter(({ value }) => Number.isFinite(value));
  if (finite.length >= LEAST_TRIALS) return;
  const diverged = trials.length - finite.length;
  const but = diverged > 0 ? `, and ${diverged} that diverged` : "";
  const rate = finite[0]?.learningRate ?? "RATE";
  const batch = finite[0]?.batchSize ?? "SIZE";
  throw new HpoError(
    `${where} has ${counted(finite.length, "finished trial")} with a value` +
      `${but}; ${LEAST_TRIALS} at least are needed. Run more, or go from a learning rate that is ` +
      `known to be good: hpo scale --lr ${rate} --from-batch ${batch} --batch ${toBatch ?? "SIZE"}.`,
  );
}

/** What --json prints; documented in the command's help. */
export const recommendationJson = (answer: RateRecommendation) => ({
  batchSize: answer.batchSize,
  size: answer.size ?? {},
  learningRate: answer.learningRate,
  interval: answer.interval,
  beside: answer.beside ?? {},
  law: answer.law,
  reason: answer.reason,
  laws: answer.laws,
  rules: {
    linear: answer.linear,
    squareRoot: answer.squareRoot,
    constant: answer.constant,
  },
  notes: answer.notes,
});

export function recommendationText(answer: RateRecommendation): string {
  const [low, high] = answer.interval;
  const rules = [
    ["linear rule", short(answer.linear)],
    ["square-root rule", short(answer.squareRoot)],
    ["constant rule", short(answer.constant)],
  ];
  const laws = answer.laws.map(({ law, bic, learningRate }) => [
    law.kind,
    short(learningRate),
    bic.toFixed(1),
    describeLaw(law),
  ]);
  const rates = answer.rates.map(({ batchSize, learningRate, sdOfLog, trials }) => [
    number(Number(batchSize.toPrecision(4))),
    short(learningRate),
    factorText(Math.exp(sdOfLog)),
    String(trials),
  ]);
  return [
    `Learning rate for batch size ${number(answer.batchSize)}${sizeText(answer)}: ${short(answer.learningRate)}, ` +
      `90 % interval ${short(low)} to ${short(high)}${besideText(answer)}`,
    `Law: ${describeLaw(answer.law)}`,
    `     ${answer.reason}`,
    "",
    table(["from the nearest batch size", "learning rate"], rules),
    ...(laws.length > 0 ? ["", table(["law", "learning rate", "BIC", "formula"], laws)] : []),
    ...(rates.length > 0
      ? ["", table(["batch size", "best learning rate", "error", "trials"], rates)]
      : []),
    ...(answer.notes.length > 0 ? ["", ...answer.notes.map((note) => `Note: ${note}`)] : []),
  ].join("\n");
}

/** ", width 1024", where more than the batch size was asked for. */
const sizeText = ({ size = {} }: RateRecommendation): string =>
  Object.entries(size)
    .map(([name, value]) => `, ${name} ${number(value)}`)
    .join("");

/** ", at momentum 0.9", where the trials searched more than the two. */
function besideText({ beside = {} }: RateRecommendation): string {
  const named = Object.entries(beside).map(([name, value]) => `${name} ${short(value)}`);
  return named.length > 0 ? `, at ${named.join(", ")}` : "";
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

const MOST_FACTOR = 1000;

/** By what to multiply and to divide for a standard deviation's reach. */
const factorText = (factor: number): string =>
  factor > MOST_FACTOR ? `over ×÷${MOST_FACTOR}` : `×÷${factor.toFixed(2)}`;

function describeLaw(law: RateRecommendation["law"] | RateLaw): string {
  switch (law.kind) {
    case "power":
      return `power, ${short(law.scale)}·B^${short(law.exponent)}`;
    case "saturating":
      return `saturating, ${short(law.maxRate)}/(1 + ${short(law.noiseScale)}/B)`;
    case "rootSaturating":
      return `saturating, ${short(law.maxRate)}/√(1 + ${short(law.noiseScale)}/B)`;
    case "surge":
      return `surge, 2·${short(law.maxRate)}/(√(${short(law.noiseScale)}/B) + √(B/${short(law.noiseScale)}))`;
    case "priorExponent":
      return `prior exponent, B^${short(law.exponent)}`;
    case "noiseScaleRatio":
      return `noise scale, (1 + ${short(law.noiseScale)}/B)^-${short(law.exponent)}`;
    default:
      return assertNever(law);
  }
}
