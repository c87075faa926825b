import { isStudyFile } from "../../study-file/is-study-file.ts";

/** The commands of `hpo study` that programs call trial by trial, or people in between; see `quick-commands.ts`. */
const QUICK: readonly string[] = ["ask", "tell", "enqueue", "best", "show", "trials"];

/** A file of the user's may import this package, of which one copy must do: the bundle is another. */
const mayBeCode = (word: string): boolean => word.startsWith("--strategy") || isStudyFile(word);

/** The quick command that a command line calls, where nothing of it can be a file of code. */
export const quickVerb = ([first, verb, ...rest]: readonly string[]): string | undefined =>
  first === "study" && QUICK.includes(verb) && !rest.some(mayBeCode) ? verb : undefined;
