import type { HostTrial } from "../../contracts/runner.ts";
import { LINE_LIMIT_BYTES } from "../output/line-splitter.ts";

/** What a program said that was meant for us, or looks so, and was not understood. */
export interface UnreadWords {
  /** @param line what it was found in, where the problem does not show it */
  add(problem: string, line?: string): void;
  /** For the error of a trial that gave no result. */
  readonly last: string | undefined;
}

const SHOWN = 120;
/** More kinds than this are a flood. */
const MOST_KINDS = 20;

/**
 * Tells who watches the study of each kind of problem once per runner: nothing that a program says
 * to us is dropped without a word.
 * @param told the kinds that were told before; grows
 */
export function unreadWords(trial: HostTrial, told: Set<string>): UnreadWords {
  let last: string | undefined;
  return {
    add: (problem, line) => {
      last = line === undefined ? problem : `${shorten(line)}: ${problem}`;
      const kind = problem.replace(/-?\d[\d.e+-]*/g, "0");
      if (told.has(kind) || told.size >= MOST_KINDS) return;
      told.add(kind);
      trial.note(
        `Trial ${trial.number} printed what is not understood, and does not count: ${last}.`,
      );
    },
    get last() {
      return last;
    },
  };
}

const shorten = (line: string): string => {
  const text = line.trim();
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
};

export const OVERLONG = `a line is longer than ${LINE_LIMIT_BYTES / 2 ** 20} MiB, the most that is read. Write what is longer into a file of HPO_TRIAL_DIR`;
export const ON_STDERR = "it stands on stderr, and stdout alone is read. Print it to stdout";
