import { withoutEscapes } from "../../output/escapes.ts";
import { isOurs, objectsInLine } from "./json-in-line.ts";

/** A key of ours, whatever stands for its quotes. */
const LIKE_OURS =
  /[{,]\s*(?:\\?["'])?(?:step|value|values|log|attrs|constraints)(?:\\?["'])?\s*(?::|=>)/;
const PYTHON_DICT = /\{\s*'\w+'\s*:/;
const WITHIN_TEXT = /\\"(?:step|value|values|log|attrs|constraints)\\"\s*:/;

/**
 * Why a line that was not read looks as if it were meant for us; undefined if it does not. To be
 * asked only of a line in which there was nothing to read.
 */
export function doubtOfLine(given: string): string | undefined {
  const line = withoutEscapes(given);
  if (!LIKE_OURS.test(line)) return undefined;
  const objects = objectsInLine(line);
  if (objects.some(isOurs)) {
    return "text stands on both sides of its JSON. Begin the line with it, or end the line with it";
  }
  if (objects.some(({ value }) => "step" in value)) {
    return 'it has a "step" and no "value". Name the metric "value"';
  }
  if (WITHIN_TEXT.test(line)) {
    return "its JSON is a text within other JSON. Print it on a line of its own";
  }
  if (PYTHON_DICT.test(line)) {
    return "it is a dict as Python prints it, and no JSON. Print json.dumps(…) of it";
  }
  // Whole JSON of somebody else's, which holds such a key further within.
  if (objects.length > 0) return undefined;
  return 'it is no JSON object of its own. Print {"step": 1, "value": 0.41}, as json.dumps writes it';
}
