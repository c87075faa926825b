import { mean, median } from "simple-statistics";
import { createRng } from "../../src/numerics/rng.ts";
import type { Params } from "../../src/space/index.ts";
import type { RateTrial } from "../../src/theory/rate-laws/best-rates.ts";
import { recommendRate } from "../../src/theory/rate-laws/scale.ts";
import { globMatcher, parseCount } from "../compare/options.ts";
import { tableFamily } from "./arms.ts";
import { tableRows } from "./read-table.ts";
import { tableSpecs, taskOf, type TableSpec } from "./table-spec.ts";
import { startTrainer, type Trainer } from "./trainer.ts";

// `hpo scale` from random settings at small batch sizes to the largest one, against trainings there.

export interface RatesFlags {
  readonly tasks: string;
  readonly draws: string;
}

/** What a draw has, beside all of the table's settings. */
const FEW = 40;
/** Batch sizes up to this share of the largest are known. */
const KNOWN = 1 / 3;
/** The trainings that tell the best rate: a factor apart, so many on either side of it. */
const FACTOR = 1.6;
const BEYOND = 3;
const SEEDS = [0, 1, 2];

interface Judged {
  /** ln of the rate that was said, less ln of the best one. */
  readonly error: number;
  readonly ruleError: number;
  readonly holds: boolean;
}

/** Prints a line for each answer, and what they come to. */
export async function ratesCommand(flags: RatesFlags): Promise<void> {
  const matches = globMatcher(flags.tasks);
  const draws = parseCount("--draws", flags.draws);
  const judged: { few: boolean; one: Judged }[] = [];
  for (const spec of tableSpecs.filter((one) => matches(taskOf(one)))) {
    const known = knownTrials(spec);
    const trainer = await startTrainer(spec);
    try {
      for (let draw = 0; draw <= draws; draw++) {
        const trials = draw === 0 ? known : drawn(known, spec, draw);
        judged.push({ few: draw > 0, one: await judge(spec, trials, trainer) });
      }
    } finally {
      trainer.close();
    }
  }
  for (const few of [true, false]) {
    const some = judged.filter((answer) => answer.few === few).map(({ one }) => one);
    process.stdout.write(`${few ? `${FEW} settings` : "all settings"}: ${summary(some)}\n`);
  }
}

function summary(some: readonly Judged[]): string {
  const middle = (errors: readonly number[]): string => median(errors.map(Math.abs)).toFixed(2);
  const held = some.filter(({ holds }) => holds).length;
  return (
    `median |ln error| ${middle(some.map(({ error }) => error))}, of the square root ` +
    `${middle(some.map(({ ruleError }) => ruleError))}; intervals hold ${held} of ${some.length}`
  );
}

function knownTrials(spec: TableSpec): readonly RateTrial[] {
  const most = KNOWN * spec.space.batchSize.high;
  return tableRows(spec)
    .map(({ params: { lr, batchSize, ...beside }, value }) => ({
      learningRate: Number(lr),
      batchSize: Number(batchSize),
      value,
      beside: beside as Readonly<Record<string, number>>,
    }))
    .filter(({ batchSize }) => batchSize <= most);
}

function drawn(
  known: readonly RateTrial[],
  { name }: TableSpec,
  draw: number,
): readonly RateTrial[] {
  const rng = createRng(draw, "rates", name);
  const left = [...known];
  return Array.from({ length: FEW }, () => left.splice(rng.integer(0, left.length - 1), 1)[0]);
}

async function judge(
  spec: TableSpec,
  trials: readonly RateTrial[],
  trainer: Trainer,
): Promise<Judged> {
  const toBatch = spec.space.batchSize.high;
  const answer = recommendRate(trials, {
    toBatch,
    family: tableFamily(spec),
    budget: "samples" in spec.budget ? "fixedSamples" : "fixedSteps",
  });
  const beside = { ...answer.beside, batchSize: toBatch };
  const best = await bestRate(spec, trainer, beside, answer.learningRate);
  const [low, high] = answer.interval;
  const shown = (value: number): string => value.toPrecision(2);
  process.stdout.write(
    `${spec.name}, ${trials.length} settings: ${shown(answer.learningRate)} ` +
      `(${shown(low)} to ${shown(high)}), square root ${shown(answer.squareRoot)}, best ${shown(best)}\n`,
  );
  return {
    error: Math.log(answer.learningRate / best),
    ruleError: Math.log(answer.squareRoot / best),
    holds: low <= best && best <= high,
  };
}

/** Trains at every third of learning rates a factor apart, over the whole range, then at all around the best. */
async function bestRate(
  { space: { lr } }: TableSpec,
  trainer: Trainer,
  beside: Params,
  start: number,
): Promise<number> {
  const losses = new Map<number, number>();
  const [first, last] = [lr.low, lr.high].map((end) => Math.log(end / start) / Math.log(FACTOR));
  const within = Array.from(
    { length: Math.floor(last) - Math.ceil(first) + 1 },
    (_, i) => Math.ceil(first) + i,
  );
  const rateAt = (step: number): number => start * FACTOR ** step;
  const train = async (step: number): Promise<void> => {
    const values: number[] = [];
    for (const seed of SEEDS) {
      values.push((await trainer.run({ ...beside, lr: rateAt(step) }, seed)) ?? Infinity);
    }
    losses.set(step, mean(values));
  };
  for (const step of within.filter((one) => one % BEYOND === 0)) await train(step);
  for (;;) {
    const [best] = [...losses].reduce((a, b) => (b[1] < a[1] ? b : a));
    const next = within.find((one) => Math.abs(one - best) <= BEYOND && !losses.has(one));
    if (next === undefined) return rateAt(best + vertex(losses, best));
    await train(next);
  }
}

/** How far from the best step a parabola through it and its neighbours has its lowest point. */
function vertex(losses: ReadonlyMap<number, number>, best: number): number {
  const [low, middle, high] = [best - 1, best, best + 1].map((step) => losses.get(step));
  if (low === undefined || high === undefined || middle === undefined) return 0;
  const curvature = low + high - 2 * middle;
  return Number.isFinite(curvature) && curvature > 0 ? (low - high) / (2 * curvature) : 0;
}
