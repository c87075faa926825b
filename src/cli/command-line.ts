import { shownStorage } from "../storage/open-storage.ts";
import { pasteableWord, shellQuote } from "./shell-quote.ts";

/**
 * `hpo study VERB NAME …` as it is typed in a shell, whatever the study is called.
 * @param words what follows the name
 * @param flags options, as they are typed
 */
export function studyLine(
  verb: string,
  name: string,
  words: readonly (string | number)[] = [],
  flags: readonly string[] = [],
): string {
  const operands = [pasteableWord(name), ...words.map(String)];
  // What begins with a dash would be taken for an option.
  const all = name.startsWith("-") ? [...flags, "--", ...operands] : [...operands, ...flags];
  return ["hpo study", verb, ...all].join(" ");
}

/** The option that names a storage, if another one than the default. */
export const storageFlag = (storage: string): string[] =>
  storage === "sqlite:hpo.db" ? [] : [`--storage ${shellQuote(shownStorage(storage))}`];
