import { HpoError } from "../../errors/errors.ts";
import { COMMON_NAMES, plainName } from "../../theory/study/roles.ts";
import type { PlottedStudy } from "./plotted-study.ts";

type Role = "learningRate" | "batchSize";

const WORDS: Readonly<Record<Role, string>> = {
  learningRate: "learning rate",
  batchSize: "batch size",
};

/** The numeric parameter that plays a role by its common name: of its space, or of its trials alone. */
export function parameterOfRole(study: PlottedStudy, role: Role): string | undefined {
  const common: readonly string[] = COMMON_NAMES[role];
  const declared = study.space.parameters.map(({ name }) => name);
  const tried = study.trials.flatMap(({ params }) => Object.keys(params));
  return [...new Set([...declared, ...tried])].find(
    (name) =>
      common.includes(plainName(name)) &&
      study.trials.some(
        ({ params }) => Object.hasOwn(params, name) && typeof params[name] === "number",
      ),
  );
}

/** @throws HpoError naming what is there if no parameter has a common name of the role */
export function needRole(study: PlottedStudy, role: Role): string {
  const found = parameterOfRole(study, role);
  if (found !== undefined) return found;
  const names = study.space.parameters.map(({ name }) => `"${name}"`).join(", ");
  throw new HpoError(
    `Study ${JSON.stringify(study.name)} has no parameter with a usual name of the ${WORDS[role]}` +
      `${names === "" ? "" : ` among ${names}`}. Name the parameters to plot.`,
  );
}
