import type { StudyEngine } from "./study-engine.ts";

/*
 * What the command line, the bench and tests need of a study beyond its public members. Not exported
 * from the package.
 */

const engines = new WeakMap<object, StudyEngine>();

/** Called once by the study's constructor. */
export function keepEngine(study: object, engine: StudyEngine): void {
  engines.set(study, engine);
}

/** Notes messages to a study's present and later listeners. @param study a `Study` */
export function announce(study: object, notes: readonly string[]): void {
  for (const note of notes) engineOf(study).note(note);
}

/** The engine that runs a study's trials. @param study a `Study` */
export function engineOf(study: object): StudyEngine {
  const engine = engines.get(study);
  if (!engine) throw new TypeError("engineOf: the argument must be a Study of this module.");
  return engine;
}
