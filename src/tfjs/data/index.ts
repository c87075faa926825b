export { selectExamples, splitDataset, standardize } from "./dataset.ts";
export type { Dataset, SplitDataset } from "./dataset.ts";
export { mnist, mnistTest } from "./mnist.ts";
export type { MnistOptions } from "./mnist.ts";
export { toDevice } from "./on-device.ts";
export type { Batch, DeviceDataset } from "./on-device.ts";
