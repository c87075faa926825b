export type { Checkpoint, SavableOptimizer } from "./checkpoint.ts";
export { divergenceMonitor } from "./divergence.ts";
export type { DivergenceMonitor, MonitorState, StepObservation } from "./divergence.ts";
export { evaluate } from "./evaluate.ts";
export type { Evaluation } from "./evaluate.ts";
export type { CurveName, TrainOptions, TrialHandle } from "./options.ts";
export type { StepOptimizer } from "./step-optimizer.ts";
export { train } from "./train.ts";
export type { TrainingResult } from "./train.ts";
