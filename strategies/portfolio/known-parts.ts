/** Which parameters of a space play which part: by the study's roles, else by their common names. */
import type { StudyRoles } from "../../src/contracts/study-roles.ts";
import type { Scalar } from "../../src/space/distribution.ts";
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

/** The part that each parameter plays, by its name; without those whose part is not known. */
export type TrainingParts = ReadonlyMap<string, TrainingPart>;

/**
 * By the study's roles where these say, else by common names.
 *
 * @param optimizer the choice beside which they play it, where each has a learning rate of its own
 */
export function trainingPartsOf(
  { parameters }: SearchSpace,
  { learningRate, batchSize, momentum }: StudyRoles = {},
  optimizer?: Scalar,
): TrainingParts {
  const rate = typeof learningRate === "object" ? learningRate[String(optimizer)] : learningRate;
  const declared = { learningRate: learningRate && (rate ?? ""), batchSize, momentum };
  const parts = new Map<string, TrainingPart>();
  for (const { name, distribution } of parameters) {
    if (distribution.kind === "categorical") continue;
    const part = roleOf(name, declared) ?? commonPartOf(name);
    if (part !== undefined && (declared[part as Role] ?? name) === name) parts.set(name, part);
  }
  return parts;
}

type Role = "learningRate" | "batchSize" | "momentum";

const roleOf = (
  name: string,
  declared: Readonly<Record<Role, string | undefined>>,
): Role | undefined => (Object.keys(declared) as Role[]).find((role) => declared[role] === name);

function commonPartOf(name: string): TrainingPart | undefined {
  const plain = plainName(name);
  return (Object.keys(COMMON_NAMES) as TrainingPart[]).find((part) =>
    (COMMON_NAMES[part] as readonly string[]).includes(plain),
  );
}

/** Whether a momentum's parameter is 1 − β rather than β. */
export const isOneMinus = (name: string): boolean => plainName(name).startsWith("oneminus");

/** The choice between optimizers, if the space has one. */
export const optimizerOf = (
  { parameters }: SearchSpace,
  { optimizer }: StudyRoles = {},
): Parameter | undefined =>
  parameters.find(
    ({ name, distribution }) =>
      distribution.kind === "categorical" &&
      (optimizer === undefined ? OPTIMIZER_NAMES.includes(plainName(name)) : name === optimizer),
  );
