export * from "./declared.ts";
export * from "./measured-law.ts";
export * from "./options.ts";
export * from "./probe-points.ts";
export * from "./proposal.ts";
export * from "./report.ts";
export * from "./roles.ts";
export * from "./watch.ts";
