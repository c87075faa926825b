export { importance, type ImportanceOptions } from "./importance.ts";
export {
  EVALUATORS,
  type EvaluatorName,
  type ImportanceResult,
  type LeftOut,
  type ParameterImportance,
  type TargetScale,
} from "./result.ts";
