import { createContext, Script } from "node:vm";

/** What a line is, or that a pattern did not come to an end with it. */
export type TimedMatch = RegExpExecArray | null | "tooSlow";

const MATCHING = new Script("expression.exec(line)");
/** Lines of more characters may take long by any pattern with several `.*` in a row. */
const SHORT_LINE = 300;

/**
 * Matches a pattern for so long at most: one with a quantifier within a quantified group, as `(a+)+$`, takes
 * longer than the study with some forty characters, and nothing else would be done meanwhile. The limit costs some
 * 50 µs, so that a short line that can't take long goes without.
 */
export function timedMatch(expression: RegExp, limitMs: number): (line: string) => TimedMatch {
  const isNested = hasNestedQuantifier(expression.source);
  const scope = { expression, line: "" };
  const context = createContext(scope);
  return (line) => {
    if (!isNested && line.length <= SHORT_LINE) return expression.exec(line);
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

/** A token of a pattern: an escape, a class, a group's ends, a quantifier, an alternation, or anything else. */
const TOKEN =
  /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\)|[*+]|\{\d+(?:,\d*)?\}|./gsu;

/** Whether a group that may match in several ways is repeated. */
export function hasNestedQuantifier(source: string): boolean {
  /** Whether the groups that are open hold a quantifier or an alternation, outermost first. */
  const open: boolean[] = [false];
  /** Whether the token before closed such a group. */
  let isAfterGroup = false;
  for (const [token] of source.matchAll(TOKEN)) {
    const isQuantifier = /^(?:[*+]|\{)/.test(token);
    if (isQuantifier && isAfterGroup) return true;
    isAfterGroup = false;
    if (token.startsWith("(")) open.push(false);
    else if (token === ")") {
      isAfterGroup = open.pop() ?? false;
      if (isAfterGroup && open.length > 0) open[open.length - 1] = true;
    } else if (isQuantifier || token === "|" || token === "?") open[open.length - 1] = true;
  }
  return false;
}
