export * from "./belief.ts";
export { measure } from "./measure.ts";
export * from "./measurement.ts";
export * from "./probe.ts";
export * from "./problem.ts";
export * from "./recommend.ts";
