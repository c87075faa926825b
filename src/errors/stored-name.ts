import { HpoError } from "./errors.ts";
import { mustBe } from "./checks.ts";

/** Databases end a text at U+0000 or refuse it, and put another sign for half of a surrogate pair. */
const CHANGED_IN_DATABASES = /[\0\p{Cs}]/u;

/** @throws HpoError unless it may name a study: a text that is not empty, and stays as it is */
export function requireStudyName(input: string, name: unknown): asserts name is string {
  if (name === "") throw new HpoError(`${input} is empty. Give one that tells it from others.`);
  requireStoredName(input, name);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(name)) {
    throw new HpoError(
      `${input} ${JSON.stringify(name)} reads as an address, which commands would ask for the study. Begin it otherwise.`,
    );
  }
}

/**
 * Optuna stores a parameter without a name, which can be shown and not written in a command or a table.
 * @throws HpoError unless it may name a parameter that is declared or asked for
 */
export function requireParameterName(input: string, name: unknown): asserts name is string {
  if (name === "") throw new HpoError(`${input} is "", an empty text. Give it one, as "lr".`);
  requireStoredName(input, name);
}

/**
 * @param input names what was given, as its user wrote it: `The study's name`
 * @throws HpoError unless it is a text that comes out of a database as it went in
 */
export function requireStoredName(input: string, name: unknown): asserts name is string {
  if (typeof name !== "string") throw mustBe(input, name, "a text");
  const found = CHANGED_IN_DATABASES.exec(name);
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  throw new HpoError(
    `${input} ${JSON.stringify(name)} holds U+${code}, which databases don't keep. Leave it out.`,
  );
}
