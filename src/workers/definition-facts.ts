import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import type { Direction } from "../contracts/trial.ts";
import { spaceToJson } from "../space/space-json.ts";
import { declaredMetrics, type StudyDefinition } from "../study/study-definition.ts";

/** What trials depend on wherever they run: a worker whose facts differ is given none. */
export interface DefinitionFacts {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | null;
  /** Null: the objective defines it as it runs. */
  readonly space: unknown;
  readonly seed: number;
  /** The command that trials run, and its metric; null for an objective in code. */
  readonly command: unknown;
  readonly metric: unknown;
}

/** @param file the command and metric of a study file that runs a command */
export function definitionFacts(
  definition: StudyDefinition,
  file?: { readonly command: unknown; readonly metric?: unknown },
): DefinitionFacts {
  const { directions, metricNames } = declaredMetrics(definition);
  const { name, space, seed = 0 } = definition;
  return {
    name,
    directions,
    metricNames: metricNames ?? null,
    space: space ? spaceToJson(space) : null,
    seed,
    command: file?.command ?? null,
    metric: file?.metric ?? null,
  };
}

/** @throws HpoError naming what differs, if a worker's study file declares another study */
export function checkSameStudy(own: DefinitionFacts, served: DefinitionFacts, file: string): void {
  const keys = Object.keys(served) as (keyof DefinitionFacts)[];
  const different = keys.filter((key) => canonical(own[key]) !== canonical(served[key]));
  if (different.length === 0) return;
  const told = different.map(
    (key) => `${key} is ${shown(own[key])} here and ${shown(served[key])} there`,
  );
  throw new HpoError(
    `${file} declares another study than the one that is served: ${told.join("; ")}. ` +
      "Bring the same version of it to all machines.",
  );
}

/** JSON whose keys are sorted: equal for equal values, whoever wrote them. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
