import { mustBe } from "../errors/checks.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import type { SearchSpace } from "../space/search-space.ts";

/** Which parameters of a study's space play which part; guessed from common names if left out. */
export interface StudyRoles {
  /** One name; or by choice of the optimizer, where each has a learning rate of its own. */
  readonly learningRate?: string | Readonly<Record<string, string>>;
  readonly batchSize?: string;
  /** The choice between optimizers. */
  readonly optimizer?: string;
  /** β, or 1 − β where its name begins with "oneMinus". */
  readonly momentum?: string;
}

const ROLES = ["learningRate", "batchSize", "optimizer", "momentum"] as const;

/** @throws HpoError naming a role that there is not, or whose parameter the space does not have */
export function checkRoles(roles: StudyRoles, space: SearchSpace | undefined): void {
  if (typeof roles !== "object" || roles === null) {
    throw mustBe("roles", roles, "a map", 'Give roles: { learningRate: "NAME" }.');
  }
  for (const [role, given] of Object.entries(roles)) {
    if (!(ROLES as readonly string[]).includes(role)) {
      throw new HpoError(
        `roles: "${role}" is no role. ${didYouMean(role, ROLES)} Roles: ${ROLES.join(", ")}.`,
      );
    }
    const isByOptimizer = role === "learningRate" && typeof given === "object" && given !== null;
    for (const name of isByOptimizer ? Object.values(given as object) : [given]) {
      if (name !== undefined) checkName(role, name, space);
    }
  }
}

function checkName(role: string, name: unknown, space: SearchSpace | undefined): void {
  if (typeof name !== "string") throw mustBe(`roles.${role}`, name, "a parameter's name");
  if (!space || space.parameters.some((parameter) => parameter.name === name)) return;
  const names = space.parameters.map((one) => one.name);
  throw new HpoError(
    `The role ${role} names "${name}", which the space does not have. ${didYouMean(name, names)}`,
  );
}
