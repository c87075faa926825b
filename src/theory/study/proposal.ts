import { HpoError } from "../../errors.ts";
import {
  complete,
  spacePrior,
  type Params,
  type Scalar,
  type SearchSpace,
} from "../../space/index.ts";
import { beliefFrom, measuredOptimizer } from "../probe/belief.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../probe/measurement.ts";
import { beliefAt, type RateBelief } from "../rate-belief.ts";
import { checkRate } from "../rate-prior.ts";
import { measuredLaw } from "./measured-law.ts";
import type { TheoryOptions } from "./options.ts";
import { findRoles, type FoundRoles, type StudyRoles } from "./roles.ts";

/** What a study declares about its prior; the same again on every resume. */
export interface Declared {
  /** Without `measurement`, which stands among the measured. */
  readonly options: Omit<TheoryOptions, "measurement">;
  readonly roles?: StudyRoles;
  /** Whether the measurement was given rather than made by the study's probe. */
  readonly isGiven: boolean;
}

/** One measurement, and where in the search space it was made. */
export interface Measured {
  readonly measurement: ProbeMeasurement;
  /** The choice of the optimizer that it is about; left out: all that it holds. */
  readonly optimizer?: Scalar;
  /** What the probe was given; left out where the measurement was. */
  readonly params?: Params;
  /** ISO 8601. */
  readonly measuredAt?: string;
}

/** What theory proposes for one learning rate. */
export interface ProposedArm {
  readonly learningRate: string;
  readonly optimizer?: Scalar;
  /** The optimizer as it was measured: "adamw". */
  readonly measured: string;
  readonly belief: RateBelief;
  /** The largest stable learning rate, where the optimizer has a threshold. */
  readonly stabilityEdge?: number;
  /** The range that is searched. */
  readonly range: { readonly low: number; readonly high: number };
}

/** A study's prior as it is kept with the study: plain JSON that says everything about it. */
export interface TheoryProposal {
  readonly kind: "theory";
  readonly declared: Declared;
  readonly arms: readonly ProposedArm[];
  /** The choice between optimizers, where the space has one. */
  readonly optimizer?: string;
  /** Where the batch size is searched. */
  readonly batchSize?: string;
  /** In use where it is not. */
  readonly fixedBatch: number;
  /** Of the metric that judges the prior, in the study's order. */
  readonly metric: number;
  readonly measured: readonly Measured[];
  /** What to know about it, for people. */
  readonly notes: readonly string[];
}

/** A point of the space at which to measure, one for each choice of the optimizer. */
export interface Place {
  readonly optimizer?: Scalar;
  readonly params: Params;
}

/**
 * Where a study's probe measures: the middle of each range, or the median of the user's prior on
 * it, but for what `at` says; once for each choice of the optimizer that has a learning rate.
 * @throws HpoError if a role is not found or `at` names no parameter
 */
export function placesToMeasure(
  space: SearchSpace,
  { at = {} }: TheoryOptions,
  roles: StudyRoles | undefined,
): readonly Place[] {
  const stray = Object.keys(at).find((name) => !space.parameters.some((p) => p.name === name));
  if (stray !== undefined) {
    const names = space.parameters.map(({ name }) => `"${name}"`).join(", ");
    throw new HpoError(`theory: at names "${stray}", which the space does not have: ${names}.`);
  }
  const { arms, optimizer: choice } = findRoles(space, roles);
  const half = new Float64Array(space.parameters.length).fill(0.5);
  const middle = spacePrior(space)?.warp(half) ?? half;
  return arms.map(({ optimizer }) => {
    if (choice === undefined || optimizer === undefined) {
      return { params: complete(space, at, middle) };
    }
    return { optimizer, params: complete(space, { ...at, [choice]: optimizer }, middle) };
  });
}

export interface ProposalContext {
  readonly space: SearchSpace;
  readonly metricNames?: readonly string[];
  readonly metricCount: number;
}

/** What can be found wrong before anything is measured. @throws HpoError naming it */
export function checkDeclared(context: ProposalContext, { options, roles }: Declared): void {
  const { space, metricCount, metricNames } = context;
  metricIndex(options.metric, metricCount, metricNames);
  for (const { learningRate } of findRoles(space, roles).arms) rangeOf(space, learningRate);
  placesToMeasure(space, options, roles);
}

/**
 * The prior that theory proposes from what was measured.
 * @throws HpoError naming what is missing
 */
export function propose(
  { space, metricCount, metricNames }: ProposalContext,
  declared: Declared,
  measured: readonly Measured[],
): TheoryProposal {
  const { options, roles } = declared;
  const found = findRoles(space, roles);
  const notes: string[] = [];
  const arms = found.arms.map((arm) => {
    const { measurement } = measured.find((one) => one.optimizer === arm.optimizer) ?? measured[0];
    return proposeArm(space, arm, { options, measurement, notes });
  });
  const sameOptimizer = new Set(arms.map((arm) => arm.measured)).size < arms.length;
  if (sameOptimizer && arms.length > 1) {
    notes.push(
      `The probe measured ${arms.map((arm) => `${arm.measured} for ${String(arm.optimizer)}`).join(", ")}: ` +
        "does it make its optimizer from the parameters?",
    );
  }
  notes.push(...new Set(measured.flatMap(({ measurement }) => measurement.warnings)));
  return {
    kind: "theory",
    declared,
    arms,
    ...(found.optimizer !== undefined && { optimizer: found.optimizer }),
    ...(found.batchSize !== undefined && { batchSize: found.batchSize }),
    fixedBatch: options.batchSize ?? measured[0].measurement.batchSize,
    metric: metricIndex(options.metric, metricCount, metricNames),
    measured,
    notes,
  };
}

interface ArmContext {
  readonly options: Declared["options"];
  readonly measurement: ProbeMeasurement;
  /** Added to. */
  readonly notes: string[];
}

function proposeArm(
  space: SearchSpace,
  { learningRate, optimizer }: FoundRoles["arms"][number],
  { options, measurement, notes }: ArmContext,
): ProposedArm {
  const one = optimizerOf(measurement, options.optimizer, optimizer);
  const range = rangeOf(space, learningRate);
  const { law, notes: lawNotes } = measuredLaw(options.batchLaw ?? "power", measurement, one);
  const belief = beliefFrom(measurement, {
    optimizer: one.name,
    budget: options.budget ?? "fixedSamples",
    defaultRate: options.defaultRate,
    schedule: options.schedule,
    validation: options.validation,
    smallNet: options.smallNet,
    centre: options.centre,
    law,
  });
  notes.push(...lawNotes, ...beliefNotes(belief, one, range));
  return {
    learningRate,
    ...(optimizer !== undefined && { optimizer }),
    measured: one.name,
    belief,
    ...(one.edge !== undefined && { stabilityEdge: one.edge }),
    range,
  };
}

/** Of a measurement of several the one that is asked for, or that is named like the choice. */
function optimizerOf(
  measurement: ProbeMeasurement,
  asked: string | undefined,
  choice: Scalar | undefined,
): OptimizerMeasurement {
  const { optimizers } = measurement;
  const names = optimizers.map(({ name }) => name);
  if (asked !== undefined) return measuredOptimizer(measurement, asked);
  if (optimizers.length === 1) return optimizers[0];
  if (choice !== undefined) return measuredOptimizer(measurement, String(choice));
  if (optimizers.length === 0) {
    throw new HpoError("theory: the measurement holds no optimizer. Measure again with one.");
  }
  throw new HpoError(
    `theory: the measurement holds ${names.length} optimizers (${names.join(", ")}), and the space ` +
      `has no choice between them. Name the study's: theory({ optimizer: "${names[0]}" }).`,
  );
}

function rangeOf(space: SearchSpace, name: string): { low: number; high: number } {
  const { distribution } = checkRate(space.parameters.find((p) => p.name === name)!);
  if (distribution.low > 0 && distribution.high > distribution.low) {
    return { low: distribution.low, high: distribution.high };
  }
  throw new HpoError(
    `theory: the learning rate "${name}" is searched from ${distribution.low} to ` +
      `${distribution.high}, and theory speaks of its logarithm. Declare it as ` +
      "float(low, high, { log: true }) with 0 < low < high.",
  );
}

/** What is to be said loudly. */
function beliefNotes(
  belief: RateBelief,
  { name, edge, stability, directionalEdge }: OptimizerMeasurement,
  { low, high }: ProposedArm["range"],
): string[] {
  const notes: string[] = [];
  const { mean, sd } = beliefAt(belief, belief.referenceBatch);
  const centre = Math.exp(mean);
  if (belief.source === "defaultOnly") {
    notes.push(
      `No usable edge of ${name} (η_c ${directionalEdge?.value ?? "not positive"}): the prior is ` +
        `centred at the default ${centre.toPrecision(3)}, and theory adds nothing to it.`,
    );
  } else if (stability.kind === "threshold" && edge === undefined) {
    notes.push(`${name} has no stability edge here: λ_max is not positive, or was not measured.`);
  }
  if (!(centre >= low && centre <= high)) {
    notes.push(
      `The prior of ${name} is centred at ${centre.toPrecision(3)} (factor ` +
        `${Math.exp(sd).toPrecision(2)}), outside the range ${low} to ${high}. Is the range right?`,
    );
  }
  return notes;
}

function metricIndex(
  given: string | undefined,
  count: number,
  names: readonly string[] | undefined,
): number {
  if (given === undefined) {
    if (count === 1) return 0;
    throw new HpoError(
      `theory: the study has ${count} metrics${names ? ` (${names.join(", ")})` : ""}. Say by which ` +
        `one the prior is judged: theory({ metric: "${names?.[0] ?? "NAME"}" }).`,
    );
  }
  const index = names?.indexOf(given) ?? -1;
  if (index >= 0) return index;
  throw new HpoError(
    `theory: metric "${given}" is none of the study's: ${names?.join(", ") ?? "it has no name"}.`,
  );
}
