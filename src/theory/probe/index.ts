export * from "./belief.ts";
export * from "./measurement.ts";
export * from "./probe.ts";
export * from "./problem.ts";
