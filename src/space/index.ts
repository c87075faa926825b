export type { Bounds, Condition } from "./condition.ts";
export {
  cardinality,
  categoricalDistribution,
  contains,
  floatDistribution,
  intDistribution,
  valueAt,
  type CategoricalDistribution,
  type Distribution,
  type FloatDistribution,
  type FloatOptions,
  type IntDistribution,
  type IntOptions,
  type NumericDistribution,
  type Scalar,
} from "./distribution.ts";
export {
  checkCompatible,
  describeDistribution,
  sameDistribution,
} from "./compare-distributions.ts";
export {
  distributionFromJson,
  distributionToJson,
  type DistributionJson,
} from "./distribution-json.ts";
export {
  categorical,
  float,
  int,
  oneOf,
  type Declaration,
  type Declarations,
} from "./parameter.ts";
export type { ParamsOf } from "./params-of.ts";
export { beta, density, logNormal, normal, weights, type PriorSpec } from "./prior-spec.ts";
export {
  densityAt,
  densityTable,
  independentPrior,
  priorTable,
  densityQuantile,
  tempered,
  UNIFORM_SHARE,
  type DensityTable,
  type Prior,
} from "./prior.ts";
export {
  complete,
  decode,
  encode,
  existingParams,
  isActive,
  sameSpace,
  searchSpace,
  spaceOf,
  spacePrior,
  type Parameter,
  type Params,
  type SearchSpace,
} from "./search-space.ts";
export { paramsKey, points, spaceCardinality } from "./points.ts";
export { spaceFromJson, spaceToJson, type SpaceJson } from "./space-json.ts";
export { explains, inferSpace, type SpaceSample } from "./infer-space.ts";
export { fromUnit, toUnit } from "./unit-cube.ts";
