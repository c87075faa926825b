export { selectBackend } from "./backends.ts";
export type { BackendName, SelectedBackend } from "./backends.ts";
export * from "./data/index.ts";
export {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  logSumExp,
  meanSquaredError,
} from "./losses.ts";
export type { Loss } from "./losses.ts";
export * from "./models/index.ts";
export * from "./optimizers/index.ts";
export * from "./probe/index.ts";
export * from "./schedules/index.ts";
export * from "./second-order/index.ts";
export * from "./trainer/index.ts";
