import { HpoError } from "../../errors/errors.ts";
import type { Params, Scalar, SearchSpace } from "../../space/index.ts";
import { beliefFrom, measuredOptimizer } from "../probe/belief.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../probe/measurement.ts";
import { beliefAt, type RateBelief } from "../prior/rate-belief.ts";
import type { SettingBelief } from "../prior/setting-belief.ts";
import { metricIndex, rangeOf, type Declared, type StudyContext } from "./declared.ts";
import { measuredLaw } from "./measured-law.ts";
import { findRoles, isComplement, type FoundRoles } from "./roles.ts";

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
  /** What is believed of other parameters; left out: nothing. */
  readonly beside?: readonly SettingBelief[];
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

/**
 * The prior that theory proposes from what was measured.
 * @throws HpoError naming what is missing
 */
export function propose(
  { space, metricCount, metricNames }: StudyContext,
  declared: Declared,
  measured: readonly Measured[],
): TheoryProposal {
  const { options, roles } = declared;
  const found = findRoles(space, roles);
  const notes: string[] = [];
  const arms = found.arms.map((arm) => {
    const { measurement } = measurementOf(measured, arm.optimizer);
    return proposeArm(space, arm, { options, measurement, notes });
  });
  const sameOptimizer = new Set(arms.map((arm) => arm.measured)).size < arms.length;
  if (sameOptimizer) {
    notes.push(
      `The probe measured ${arms.map((arm) => `${arm.measured} for ${String(arm.optimizer)}`).join(", ")}: ` +
        "does it make its optimizer from the parameters?",
    );
  }
  const beside = options.joint === false ? [] : besideOf(found, options.budget, measured);
  notes.push(...new Set(measured.flatMap(({ measurement }) => measurement.warnings)));
  return {
    kind: "theory",
    declared,
    arms,
    ...(beside.length > 0 && { beside }),
    ...(found.optimizer !== undefined && { optimizer: found.optimizer }),
    ...(found.batchSize !== undefined && { batchSize: found.batchSize }),
    fixedBatch: options.batchSize ?? measured[0].measurement.batchSize,
    metric: metricIndex(options.metric, metricCount, metricNames),
    measured,
    notes,
  };
}

/** Of the batch size, where the noise is known, and of momentum. */
function besideOf(
  { batchSize, momenta = [] }: FoundRoles,
  budget: Declared["options"]["budget"] = "fixedSamples",
  measured: readonly Measured[],
): SettingBelief[] {
  const noises = measured.flatMap(({ measurement }) => measurement.simpleNoise?.value ?? []);
  const [noiseScale] = noises;
  return [
    ...(batchSize !== undefined && noiseScale > 0
      ? [{ kind: "batchSize", parameter: batchSize, noiseScale, budget } as const]
      : []),
    ...momenta.map(
      (parameter) =>
        ({ kind: "momentum", parameter, isComplement: isComplement(parameter) }) as const,
    ),
  ];
}

/** The one about an optimizer, or the only one, which is about all. */
export const measurementOf = (
  measured: readonly Measured[],
  optimizer: Scalar | undefined,
): Measured => measured.find((one) => one.optimizer === optimizer) ?? measured[0];

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
