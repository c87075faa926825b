import { createContext, Script } from "node:vm";

/** What a line is, or that a pattern did not come to an end with it. */
export type TimedMatch = RegExpExecArray | null | "tooSlow";

const MATCHING = new Script("expression.exec(line)");

/**
 * Matches a pattern for so long at most: one with a quantifier within a quantified group, as `(a+)+$`, takes
 * longer than the study with some forty characters, and nothing else would be done meanwhile.
 */
export function timedMatch(expression: RegExp, limitMs: number): (line: string) => TimedMatch {
  const scope = { expression, line: "" };
  const context = createContext(scope);
  return (line) => {
    scope.line = line;
    try {
      return MATCHING.runInContext(context, { timeout: limitMs }) as RegExpExecArray | null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
        return "tooSlow";
      }
      throw error;
    }
  };
}
