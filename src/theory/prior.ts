import { HpoError } from "../errors.ts";
import {
  densityAt,
  densityTable,
  fromUnit,
  priorTable,
  quantile,
  type DensityTable,
  type Parameter,
  type Prior,
  type SearchSpace,
} from "../space/index.ts";
import { beliefAt, type RateBelief } from "./rate-belief.ts";
import type { Normal } from "./prior-knowledge.ts";

/** Which parameters of a space play which part. */
export interface Roles {
  readonly learningRate: string;
  /** Left out when the batch size is not searched. */
  readonly batchSize?: string;
}

export interface TheoryPriorOptions {
  /** The batch size in use when it is not searched, or has no value at a point; default B_ref. */
  readonly batchSize?: number;
  /** Multiplies s: 2 after trials cast doubt on the prior. Default 1. */
  readonly widen?: number;
}

/** Batch sizes at which the conditional tables are made; between them they are blended. */
const BATCH_NODES = 64;

/**
 * The prior over a search space: given the batch size, .8·N(m(B), s(B)²) + .2·uniform in ln η over
 * the learning rate's whole range; never cut off at an edge. The other parameters, and the batch
 * size itself, keep their users' priors; a user's prior on the learning rate is an error, since
 * there can be only one.
 *
 * @throws HpoError if a role names no parameter or a categorical learning rate.
 */
export function theoryPrior(
  space: SearchSpace,
  roles: Roles,
  belief: RateBelief,
  options: TheoryPriorOptions = {},
): Prior {
  const rateIndex = roleIndex(space, "learningRate", roles.learningRate);
  const rate = checkRate(space.parameters[rateIndex]);
  const batchIndex =
    roles.batchSize === undefined ? -1 : roleIndex(space, "batchSize", roles.batchSize);
  const { batchSize: fixedBatch = belief.referenceBatch, widen = 1 } = options;
  const tableFor = (batchSize: number): DensityTable =>
    rateTable(rate, widened(beliefAt(belief, batchSize), widen));
  const fixed = tableFor(fixedBatch);
  const nodes =
    batchIndex < 0
      ? []
      : batchNodes(space.parameters[batchIndex]).map((batchSize) => tableFor(batchSize));
  const given = (unit: Float64Array): Blend =>
    batchIndex < 0 || Number.isNaN(unit[batchIndex])
      ? { low: fixed, high: fixed, share: 0 }
      : neighbours(nodes, unit[batchIndex]);
  const others = space.parameters.map(({ name, distribution, prior }, i) =>
    prior && i !== rateIndex ? priorTable(name, distribution, prior) : undefined,
  );
  return {
    logDensity(unit) {
      let sum = Number.isNaN(unit[rateIndex])
        ? 0
        : Math.log(blendedDensity(given(unit), unit[rateIndex]));
      others.forEach((table, i) => {
        if (table && !Number.isNaN(unit[i])) sum += Math.log(densityAt(table, unit[i]));
      });
      return sum;
    },
    // Rosenblatt's order: everything else first, then the learning rate given the batch size.
    warp(uniforms) {
      const unit = uniforms.map((value, i) => {
        const table = others[i];
        return table ? quantile(table, value) : value;
      });
      unit[rateIndex] = quantile(blended(given(unit)), uniforms[rateIndex]);
      return unit;
    },
  };
}

const widened = ({ mean, sd }: Normal, factor: number): Normal => ({ mean, sd: sd * factor });

function rateTable({ name, distribution }: Parameter, { mean, sd }: Normal): DensityTable {
  const log = distribution.kind !== "categorical" && distribution.log;
  const table = densityTable((unit) => {
    const value = fromUnit(distribution, unit) as number;
    if (value <= 0) return 0;
    const z = (Math.log(value) - mean) / sd;
    // Normal in ln η; on a linear scale its density in η has a factor 1/η.
    return Math.exp(-0.5 * z * z) / (log ? 1 : value);
  });
  if (Number.isFinite(table.density[0])) return table;
  throw new HpoError(
    `The theory prior, centred at ${Math.exp(mean).toPrecision(3)}, has no weight in the range ` +
      `of "${name}". Widen the range (searchRange suggests one) or leave the prior out.`,
  );
}

function roleIndex(space: SearchSpace, role: string, name: string): number {
  const index = space.parameters.findIndex((parameter) => parameter.name === name);
  if (index >= 0) return index;
  const names = space.parameters.map((parameter) => parameter.name).join(", ");
  throw new HpoError(
    `The role ${role} names the parameter "${name}", but the space has only ${names}.`,
  );
}

function checkRate(parameter: Parameter): Parameter {
  const { name, distribution, prior } = parameter;
  if (distribution.kind === "categorical") {
    throw new HpoError(
      `The theory prior needs a numeric learning rate, but "${name}" is categorical. ` +
        `Declare it as float(low, high, { log: true }).`,
    );
  }
  if (prior) {
    throw new HpoError(
      `"${name}" has a prior of its own (${prior.kind}) and cannot have theory's too. ` +
        `Remove one of the two.`,
    );
  }
  return parameter;
}

/** The batch sizes at the middle of each node's cell of the unit interval. */
function batchNodes({ name, distribution }: Parameter): number[] {
  return Array.from({ length: BATCH_NODES + 1 }, (_, i) => {
    const value = fromUnit(distribution, i / BATCH_NODES);
    if (typeof value === "number" && value > 0) return value;
    throw new HpoError(
      `The role batchSize needs positive numbers, but "${name}" can be ${JSON.stringify(value)}.`,
    );
  });
}

/** A mixture of two neighbours' conditional densities: again a density given the batch size. */
interface Blend {
  readonly low: DensityTable;
  readonly high: DensityTable;
  /** Of `high`. */
  readonly share: number;
}

function neighbours(nodes: readonly DensityTable[], unit: number): Blend {
  const position = Math.min(1, Math.max(0, unit)) * BATCH_NODES;
  const index = Math.min(BATCH_NODES - 1, Math.floor(position));
  return { low: nodes[index], high: nodes[index + 1], share: position - index };
}

const blendedDensity = ({ low, high, share }: Blend, unit: number): number =>
  densityAt(low, unit) * (1 - share) + densityAt(high, unit) * share;

function blended({ low, high, share }: Blend): DensityTable {
  const mix = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((value, i) => value * (1 - share) + b[i] * share);
  return {
    density: mix(low.density, high.density),
    cumulative: mix(low.cumulative, high.cumulative),
  };
}
