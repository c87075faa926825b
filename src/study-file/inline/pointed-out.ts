import stringWidth from "string-width";
import { HpoError } from "../../errors/errors.ts";
import { PlacedError } from "./written-range.ts";

/** As much of a long line as is shown on either side of the place. */
const SHOWN = 60;

/** Runs `work`; what it finds wrong in a text is shown with a caret under the place. */
export function pointedOut<Result>(text: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    const end = error.message.endsWith("?") ? "" : ".";
    throw new HpoError(`${error.message}${end}\n${placeLines(text, error.at)}`, { cause: error });
  }
}

function placeLines(text: string, at: number): string {
  const line = text.replace(/\s/g, " ");
  const start = Math.max(0, at - SHOWN);
  const before = `${start > 0 ? "…" : ""}${line.slice(start, at)}`;
  const behind = line.slice(at, at + SHOWN);
  const rest = at + SHOWN < line.length ? "…" : "";
  return `  ${before}${behind}${rest}\n  ${" ".repeat(stringWidth(before))}^`;
}
