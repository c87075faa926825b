/** Which parameters of a space play which part, by their common names. */
import type { Parameter, SearchSpace } from "../../src/space/search-space.ts";

/** In lower case without _, - and blanks. */
const COMMON_NAMES = {
  learningRate: ["lr", "learningrate", "eta"],
  momentum: ["momentum", "beta1", "oneminusmomentum", "oneminusbeta1"],
  secondMoment: ["beta2", "oneminusbeta2"],
  epsilon: ["epsilon", "eps"],
  weightDecay: ["weightdecay", "wd"],
  penalty: ["l1", "l2"],
  rateDecay: ["lineardecay", "exponentialdecay"],
  batchSize: ["batchsize", "batch", "bs"],
  dropout: ["dropout", "maxdropout", "dropoutrate"],
  layers: ["layers", "numlayers", "nlayers", "depth"],
  width: ["width", "units", "maxunits", "hidden", "hiddensize", "hiddenunits"],
  warmup: ["warmup", "warmupratio", "warmupfraction"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TrainingPart = keyof typeof COMMON_NAMES;

const OPTIMIZER_NAMES = ["optimizer", "optimiser", "opt"];

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[_\- ]/g, "");

/** The part of a number; undefined: none that is known. */
export function partOf({ name, distribution }: Parameter): TrainingPart | undefined {
  if (distribution.kind === "categorical") return undefined;
  const plain = plainName(name);
  return (Object.keys(COMMON_NAMES) as TrainingPart[]).find((part) =>
    (COMMON_NAMES[part] as readonly string[]).includes(plain),
  );
}

/** Whether a momentum's parameter is 1 − β rather than β. */
export const isOneMinus = ({ name }: Parameter): boolean => plainName(name).startsWith("oneminus");

/** The choice between optimizers, if the space has one. */
export const optimizerOf = ({ parameters }: SearchSpace): Parameter | undefined =>
  parameters.find(
    ({ name, distribution }) =>
      distribution.kind === "categorical" && OPTIMIZER_NAMES.includes(plainName(name)),
  );
