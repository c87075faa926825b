import { svgOf } from "../../plots/index.ts";
import { openProbe, parametersAt } from "../../study/prior/study-probe.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";
import type { ProbeMeasurement } from "../../theory/probe/measurement.ts";
import { TABLE_BUDGET, type Probe, type ProbeOptions } from "../../theory/probe/probe.ts";
import { recommendedBatch, recommendedRates } from "../../theory/probe/recommend.ts";
import { HpoError } from "../../errors/errors.ts";
import { loadStudyFile } from "../../study-file/load-study-file.ts";
import { print, printJson } from "../output.ts";
import { parseParams } from "../parse-params.ts";
import { probePlot } from "./probe-plot.ts";
import { showProbing } from "./probe-progress.ts";
import { probeText } from "./probe-report.ts";
import type { ProbeFlags } from "./probe-request.ts";
import type { ProbeResult } from "./probe-result.ts";
import { writeText } from "../write-text.ts";

/** Shares of a run at which it is measured, besides its start. */
const ALONG = [0.1, 0.4, 0.7, 1];
/** What a point along a run may cost: one optimizer, and λ_max of H beside its own threshold's. */
const POINT_BUDGET = 150;

/** `hpo probe`. @throws HpoError naming what the study or the options lack */
export async function probeFile(file: string, flags: ProbeFlags): Promise<void> {
  const { definition } = await loadStudyFile(file);
  const params = parametersAt(definition, parseParams(flags.params ?? []));
  const probe = await openProbe(definition, params);
  const progress = showProbing();
  let result: ProbeResult;
  try {
    const points = await measureAll(probe, flags, definition.seed, progress.doing);
    result = resultOf(definition, params, points, flags);
  } finally {
    progress.end();
    await probe.dispose?.();
  }
  if (flags.plot !== undefined)
    await writeText("--plot", flags.plot, svgOf(probePlot(result), { theme: "light" }));
  if (flags.json) printJson(resultJson(result));
  else print(probeText(result));
}

interface Points {
  readonly start: ProbeMeasurement;
  readonly along: readonly ProbeMeasurement[];
  /** What kept the run from its end. */
  readonly notes: readonly string[];
}

async function measureAll(
  probe: Probe,
  { optimizer, along, seed }: ProbeFlags,
  studySeed: number | undefined,
  onProgress: NonNullable<ProbeOptions["onProgress"]>,
): Promise<Points> {
  if (along !== undefined && !probe.train) {
    throw new HpoError(
      `This probe can't train, so --along ${along} has nothing to follow. Leave it out.`,
    );
  }
  const common = { seed: seed ?? studySeed ?? 0, onProgress };
  const optimizers = optimizer === undefined ? "own" : optimizer === "all" ? "all" : [optimizer];
  const full = { ...common, optimizers, budget: TABLE_BUDGET, crossChecks: true } as const;
  const start = await probe.measure(full);
  if (along === undefined) return { start, along: [], notes: [] };
  return { start, ...(await measureAlong(probe, along, common)) };
}

/** Trains and measures in turns, until the end or a loss that is not finite. */
async function measureAlong(
  probe: Probe,
  steps: number,
  options: Required<Pick<ProbeOptions, "seed" | "onProgress">>,
): Promise<Omit<Points, "start">> {
  const along: ProbeMeasurement[] = [];
  const ends = new Set(ALONG.map((share) => Math.max(1, Math.round(share * steps))));
  let step = 0;
  for (const end of ends) {
    options.onProgress(`training to step ${end}`, 0);
    const losses = (await probe.train?.(end - step)) ?? [];
    const lost = losses.findIndex((loss) => !Number.isFinite(loss));
    if (lost >= 0) {
      return {
        along,
        notes: [`Training diverged at step ${step + lost}: try a smaller learning rate.`],
      };
    }
    step = end;
    along.push(await probe.measure({ ...options, budget: POINT_BUDGET }));
  }
  return { along, notes: [] };
}

function resultOf(
  definition: StudyDefinition,
  params: ProbeResult["params"],
  { start, along, notes }: Points,
  flags: ProbeFlags,
): ProbeResult {
  const batchSizes = flags.batch ?? usualBatches(start.batchSize);
  const options = {
    budget: flags.budget === "steps" ? ("fixedSteps" as const) : ("fixedSamples" as const),
    noiseAtInitOnly: along.length === 0,
  };
  return {
    study: definition.name,
    params,
    start,
    along,
    budget: flags.budget,
    rates: recommendedRates(start, batchSizes, options),
    batch: recommendedBatch([start, ...along], batchSizes),
    notes,
  };
}

/** A quarter, as it is, four times. */
const usualBatches = (batchSize: number): number[] => [
  ...new Set([Math.max(1, Math.round(batchSize / 4)), batchSize, 4 * batchSize]),
];

const resultJson = ({ start, study, params, along, rates, batch, notes }: ProbeResult) => ({
  ...start,
  study,
  params,
  along,
  rates,
  ...(batch && { batch }),
  notes,
});
