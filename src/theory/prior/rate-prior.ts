import { HpoError } from "../../errors/errors.ts";
import {
  densityAt,
  densityTable,
  fromUnit,
  densityQuantile,
  tempered,
  type DensityTable,
  type Parameter,
  type Prior,
  type Scalar,
  type SearchSpace,
} from "../../space/index.ts";
import { beliefAt, type RateBelief } from "./rate-belief.ts";
import type { Normal } from "../../numerics/normal.ts";
import { settingTable, type SettingBelief } from "./setting-belief.ts";

/** What is believed of one learning rate, everywhere or beside one choice of the optimizer. */
export interface RateArm {
  /** The parameter that it is about. */
  readonly learningRate: string;
  /** The choice beside which it holds; left out: always. */
  readonly optimizer?: Scalar;
  readonly belief: RateBelief;
  /** Multiplies s; 1 if left out. */
  readonly widen?: number;
  /** Raises the density to this power, a share of its strength; 1 if left out. */
  readonly strength?: number;
}

export interface RatePriorRoles {
  /** The categorical that the arms' choices belong to. */
  readonly optimizer?: string;
  /** Left out when the batch size is not searched. */
  readonly batchSize?: string;
}

/** Batch sizes at which the conditional tables are made; between them they are blended. */
const BATCH_NODES = 64;

/**
 * The prior over a search space: given the batch size and the optimizer, .8·N(m(B), s(B)²) +
 * .2·uniform in ln η over the learning rate's whole range; never cut off at an edge. Choices
 * without an arm are uniform in the learning rate. The other parameters, the batch size and the
 * optimizer keep their users' priors; a user's prior on a learning rate is an error, since there
 * can be only one.
 *
 * @param batchSize in use where it is not searched, or has no value at a point
 * @param beside beliefs about other parameters, for those without a user's prior
 * @throws HpoError if a name is no parameter, or one of another kind
 *
 * @example
 * ```ts
 * import { float, int, searchSpace } from "hpo";
 * import { rateBelief, ratePrior } from "hpo/theory";
 *
 * const lr = float(1e-6, 1, { log: true });
 * const space = searchSpace({ lr, batch: int(16, 512, { log: true }) });
 * const edge = 0.004; // η_c, measured at a batch of 64
 * const belief = rateBelief({ family: "adam", edge, referenceBatch: 64, budget: "fixedSamples" });
 * const prior = ratePrior(space, { batchSize: "batch" }, [{ learningRate: "lr", belief }]);
 * // Near 2e-3, half way from the edge to the usual 1e-3, more is believed than at 1e-6.
 * prior.logDensity(Float64Array.of(0.55, 0.4)) > prior.logDensity(Float64Array.of(0, 0.4)); // true
 * ```
 */
export function ratePrior(
  space: SearchSpace,
  roles: RatePriorRoles,
  arms: readonly RateArm[],
  batchSize?: number,
  beside: readonly SettingBelief[] = [],
): Prior {
  const batchIndex =
    roles.batchSize === undefined ? -1 : roleIndex(space, "batchSize", roles.batchSize);
  const choice = choiceOf(space, roles.optimizer);
  const tables = arms.map((arm) => armTables(space, arm, batchIndex, batchSize));
  const rates = new Set(tables.map(({ rateIndex }) => rateIndex));
  const others = space.parameters.map((parameter, i) =>
    rates.has(i) ? undefined : settingTable(parameter, beside),
  );
  const armAt = (unit: Float64Array): ArmTables | undefined => {
    const chosen = choice?.(unit);
    return tables.find(({ optimizer }) => optimizer === undefined || optimizer === chosen);
  };
  const given = ({ fixed, nodes }: ArmTables, unit: Float64Array): Blend =>
    batchIndex < 0 || Number.isNaN(unit[batchIndex])
      ? { low: fixed, high: fixed, share: 0 }
      : neighbours(nodes, unit[batchIndex]);
  return {
    logDensity(unit) {
      const arm = armAt(unit);
      let sum =
        arm === undefined || Number.isNaN(unit[arm.rateIndex])
          ? 0
          : Math.log(blendedDensity(given(arm, unit), unit[arm.rateIndex]));
      others.forEach((table, i) => {
        if (table && !Number.isNaN(unit[i])) sum += Math.log(densityAt(table, unit[i]));
      });
      return sum;
    },
    // Rosenblatt's order: everything else first, then the learning rate given the others.
    warp(uniforms) {
      const unit = uniforms.map((value, i) => {
        const table = others[i];
        return table ? densityQuantile(table, value) : value;
      });
      const arm = armAt(unit);
      if (arm)
        unit[arm.rateIndex] = densityQuantile(blended(given(arm, unit)), uniforms[arm.rateIndex]);
      return unit;
    },
  };
}

interface ArmTables {
  readonly optimizer?: Scalar;
  readonly rateIndex: number;
  /** Where the batch size is not searched. */
  readonly fixed: DensityTable;
  /** Over the batch sizes, where they are. */
  readonly nodes: readonly DensityTable[];
}

function armTables(
  space: SearchSpace,
  { learningRate, optimizer, belief, widen = 1, strength = 1 }: RateArm,
  batchIndex: number,
  batchSize = belief.referenceBatch,
): ArmTables {
  const rateIndex = roleIndex(space, "learningRate", learningRate);
  const rate = checkRate(space.parameters[rateIndex]);
  const tableFor = (size: number): DensityTable => {
    const { mean, sd } = beliefAt(belief, size);
    const table = rateTable(rate, { mean, sd: sd * widen });
    return strength === 1 ? table : tempered(table, strength);
  };
  const sizes = batchIndex < 0 ? [] : batchNodes(space.parameters[batchIndex]);
  return { optimizer, rateIndex, fixed: tableFor(batchSize), nodes: sizes.map(tableFor) };
}

/** Which choice of the optimizer a point has; undefined where it has none. */
function choiceOf(space: SearchSpace, name: string | undefined) {
  if (name === undefined) return undefined;
  const index = roleIndex(space, "optimizer", name);
  const { distribution } = space.parameters[index];
  return (unit: Float64Array): Scalar | undefined =>
    Number.isNaN(unit[index]) ? undefined : fromUnit(distribution, unit[index]);
}

function rateTable(
  { name, distribution }: ReturnType<typeof checkRate>,
  { mean, sd }: Normal,
): DensityTable {
  const { log } = distribution;
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

/** @throws HpoError unless theory can have a prior on the parameter */
export function checkRate({ name, distribution, prior }: Parameter) {
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
  return { name, distribution };
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
