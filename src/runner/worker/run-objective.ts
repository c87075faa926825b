import { HpoError } from "../../errors/errors.ts";
import type { LiveTrial, Objective, Outcome } from "../../contracts/objective.ts";
import { importModule, objectiveOf } from "./load-objective.ts";
import { outcomeOfThrown } from "../outcome.ts";
import type { Notice, ObjectiveSource } from "./protocol.ts";

const loaded = new Map<string, Promise<Objective>>();

/** The objective, imported at the worker's first trial and kept. */
function objectiveFor({ module, exportName }: ObjectiveSource): Promise<Objective> {
  const key = `${module}#${exportName ?? ""}`;
  const known = loaded.get(key);
  if (known) return known;
  const loading = importModule(module).then((it) => objectiveOf(it, module, exportName));
  loaded.set(key, loading);
  return loading;
}

/**
 * Runs a module's objective in this worker. Never rejects; the outcome can be sent away.
 * @param tell is told when the module is imported and the objective called
 */
export async function runObjective(
  source: ObjectiveSource,
  live: LiveTrial,
  tell: (message: Notice) => void,
): Promise<Outcome> {
  try {
    const objective = await objectiveFor(source);
    tell({ kind: "called" });
    const result: unknown = await objective(live);
    return { kind: "returned", result: portable(result) };
  } catch (thrown) {
    return outcomeOfThrown(thrown, live.signal);
  }
}

function portable(result: unknown): unknown {
  try {
    return structuredClone(result);
  } catch (error) {
    throw new HpoError(
      `The objective returned what can't leave its worker (${String(error)}). ` +
        "Return a number, an array of numbers or an object of numbers.",
    );
  }
}
