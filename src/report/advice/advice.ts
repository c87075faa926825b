import type { Findings } from "../findings.ts";
import { idleParameters } from "./idle-parameters.ts";
import { largerRate } from "./larger-rate.ts";
import { narrowerRange } from "./narrower-range.ts";
import { nextHalving } from "./next-halving.ts";
import { rangeEdges } from "./range-edges.ts";

/** What is advised, in the order in which it is said: a new one is a file and a word here. */
export const ADVICE: readonly ((findings: Findings) => readonly string[])[] = [
  ...[rangeEdges, largerRate, narrowerRange, idleParameters, nextHalving],
];
