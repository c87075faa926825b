import type { StudyRoles } from "../../contracts/study-roles.ts";
import { HpoError } from "../../errors/errors.ts";
import { cardinality, type Parameter, type Scalar, type SearchSpace } from "../../space/index.ts";

/** The same, found in a space. */
export interface FoundRoles {
  /** Of which a space without a choice of optimizers has one. */
  readonly arms: readonly {
    readonly learningRate: string;
    readonly optimizer?: Scalar;
  }[];
  readonly batchSize?: string;
  readonly optimizer?: string;
  /** β or 1 − β, of one optimizer or of several; left out: none. */
  readonly momenta?: readonly string[];
}

/** Common names, in lower case without _, - and blanks. */
export const COMMON_NAMES = {
  learningRate: ["lr", "learningrate", "eta"],
  batchSize: ["batchsize", "batch", "bs"],
  optimizer: ["optimizer", "optimiser", "opt"],
  momentum: ["momentum", "beta1", "oneminusmomentum", "oneminusbeta1"],
} as const;

export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[_\- ]/g, "");

/** @throws HpoError listing the candidates if a role is not found, or more than once */
export function findRoles(space: SearchSpace, given: StudyRoles = {}): FoundRoles {
  const batchSize = given.batchSize ?? guess(space, "batchSize", () => true)?.name;
  if (batchSize !== undefined) named(space, "batchSize", batchSize);
  const optimizer = given.optimizer ?? guess(space, "optimizer", isChoice)?.name;
  const choice = optimizer === undefined ? undefined : named(space, "optimizer", optimizer);
  if (choice && !isChoice(choice)) {
    throw new HpoError(
      `The role optimizer names "${choice.name}", which is no choice between several. ` +
        "Drop the role, or declare a categorical.",
    );
  }
  const momenta = momentaOf(space, given);
  return {
    arms: choice ? armsOf(space, choice, given) : [{ learningRate: onlyRate(space, given) }],
    ...(batchSize !== undefined && { batchSize }),
    ...(choice && { optimizer: choice.name }),
    ...(momenta.length > 0 && { momenta }),
  };
}

/** Each optimizer may have its own. */
function momentaOf(space: SearchSpace, { momentum }: StudyRoles): string[] {
  if (momentum !== undefined) return [named(space, "momentum", momentum).name];
  const common: readonly string[] = COMMON_NAMES.momentum;
  return space.parameters
    .filter(({ name, distribution }) => {
      if (distribution.kind === "categorical") return false;
      return common.includes(plainName(name)) && distribution.low >= 0 && distribution.high <= 1;
    })
    .map(({ name }) => name);
}

/** Whether a momentum's parameter is 1 − β rather than β. */
export const isComplement = (name: string): boolean => plainName(name).startsWith("oneminus");

const isChoice = ({ distribution }: Parameter): boolean =>
  distribution.kind === "categorical" && cardinality(distribution) > 1;

function onlyRate(space: SearchSpace, { learningRate }: StudyRoles): string {
  if (typeof learningRate === "object") {
    throw new HpoError(
      "The role learningRate names parameters by optimizer, but the space has no choice of " +
        "optimizers. Name one parameter, or give the role optimizer.",
    );
  }
  return rateName(space, learningRate);
}

function rateName(space: SearchSpace, given: string | undefined): string {
  if (given !== undefined) return named(space, "learningRate", given).name;
  const found = guess(space, "learningRate", () => true);
  if (found) return found.name;
  throw new HpoError(
    `theory() found no learning rate among ${listOf(space)}: none has a usual name (lr, ` +
      'learningRate, eta). Name it: roles: { learningRate: "…" }.',
  );
}

/** Choices beside which the learning rate does not exist have no arm. */
function armsOf(
  space: SearchSpace,
  choice: Parameter,
  { learningRate }: StudyRoles,
): FoundRoles["arms"] {
  if (choice.distribution.kind !== "categorical") return [];
  const arms = choice.distribution.choices.flatMap((optimizer) => {
    const name =
      typeof learningRate === "object"
        ? learningRate[String(optimizer)]
        : rateName(space, learningRate);
    if (name === undefined) return [];
    const parameter = named(space, "learningRate", name);
    return existsBeside(parameter, choice.name, optimizer)
      ? [{ learningRate: name, optimizer }]
      : [];
  });
  if (arms.length > 0) return arms;
  throw new HpoError(
    `theory() found no learning rate beside any choice of "${choice.name}". Name it: ` +
      "roles: { learningRate: { CHOICE: PARAMETER } }.",
  );
}

const existsBeside = ({ conditions }: Parameter, parent: string, value: Scalar): boolean =>
  conditions.every(
    (condition) =>
      condition.parameter !== parent || !("in" in condition) || condition.in.includes(value),
  );

/** The one parameter with a common name of the role; undefined if there is none. */
function guess(
  space: SearchSpace,
  role: keyof typeof COMMON_NAMES,
  fits: (parameter: Parameter) => boolean,
): Parameter | undefined {
  const common: readonly string[] = COMMON_NAMES[role];
  const found = space.parameters.filter(
    (parameter) => common.includes(plainName(parameter.name)) && fits(parameter),
  );
  if (found.length <= 1) return found[0];
  const names = found.map(({ name }) => `"${name}"`).join(", ");
  throw new HpoError(
    `theory() found ${found.length} parameters that may be the role ${role}: ${names}. ` +
      `Choose one: roles: { ${role}: "${found[0].name}" }.`,
  );
}

function named(space: SearchSpace, role: string, name: string): Parameter {
  const found = space.parameters.find((parameter) => parameter.name === name);
  if (found) return found;
  throw new HpoError(
    `The role ${role} names "${name}", which the space does not have: there is ${listOf(space)}.`,
  );
}

const listOf = (space: SearchSpace): string =>
  space.parameters.map(({ name }) => `"${name}"`).join(", ") || "no parameter";
