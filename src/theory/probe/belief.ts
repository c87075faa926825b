import { HpoError } from "../../errors/errors.ts";
import type { BatchLaw } from "../rate-laws/batch-law.ts";
import type { BudgetKind, ScheduleKind } from "../prior/prior-knowledge.ts";
import { rateBelief, type RateBelief } from "../prior/rate-belief.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "./measurement.ts";

export interface BeliefOptions {
  /** What stays the same when the batch size changes. */
  readonly budget: BudgetKind;
  /** Which of the measured optimizers; default the first. */
  readonly optimizer?: string;
  /** The learning rate that one would try first; default the optimizer's usual one. */
  readonly defaultRate?: number;
  readonly schedule?: ScheduleKind;
  readonly validation?: boolean;
  /** Whether noise is known at initialisation alone. Default: as it is in this measurement. */
  readonly noiseAtInitOnly?: boolean;
  /** Default "directional"; see `rateBelief`. */
  readonly centre?: "directional" | "edge";
  /** Takes the place of the exponent. */
  readonly law?: BatchLaw;
  /** Whether A is taken from the small nets; default: up to 12,000 weights. */
  readonly smallNet?: boolean;
}

/** Above this many weights A is taken from the default: the measured A is of smaller nets. */
const SMALL_NET = 12_000;

/**
 * What theory believes about an optimizer's best learning rate from what was measured of it.
 * @throws HpoError if that optimizer was not measured
 */
export function beliefFrom(measurement: ProbeMeasurement, options: BeliefOptions): RateBelief {
  const { budget, schedule, validation, centre, law } = options;
  const { family, usualRate, directionalEdge, edge } = measuredOptimizer(
    measurement,
    options.optimizer,
  );
  return rateBelief({
    family,
    edge: directionalEdge?.value,
    stabilityEdge: edge,
    centre,
    law,
    referenceBatch: measurement.batchSize,
    budget,
    defaultRate: options.defaultRate ?? usualRate,
    smallNet: options.smallNet ?? measurement.weights <= SMALL_NET,
    schedule,
    validation,
    noiseAtInitOnly: options.noiseAtInitOnly ?? measurement.step === 0,
  });
}

/** @throws HpoError naming those that were measured */
export function measuredOptimizer(
  { optimizers }: ProbeMeasurement,
  name: string | undefined,
): OptimizerMeasurement {
  const found = name === undefined ? optimizers.at(0) : optimizers.find((one) => one.name === name);
  if (found) return found;
  const known = optimizers.map((one) => one.name).join(", ") || "none";
  throw new HpoError(
    `The optimizer "${name ?? ""}" was not measured; measured: ${known}. Measure again with it.`,
  );
}
