import { mustBe } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";

/** Deeper than any attribute; not far beyond it Node's own JSON gives up. */
const DEEPEST = 500;

/**
 * A copy of a value as it can be stored: JSON, with NaN and ±Infinity besides. Members of objects
 * that are undefined are left out; an object with a toJSON is what that gives.
 * @param what names the value in the error: `setUserAttr("model")`
 * @throws HpoError naming the place within it that JSON can't hold
 */
export function attributeValue(value: unknown, what: string): unknown {
  const path: (string | number)[] = [];
  try {
    return copyOf(value, path, new Set());
  } catch (thrown) {
    const place = path.length === 0 ? "the value" : placeOf(path);
    throw new HpoError(
      `${what}: ${place} ${thrown instanceof Unstorable ? thrown.message : `can't be read (${shown(thrown)})`}. ` +
        "Give plain JSON: texts, numbers, true, false, null, lists and objects of these.",
    );
  }
}

/** Its message says why. */
class Unstorable extends Error {}

/** @param path where `given` lies; left as it is where something is refused */
function copyOf(given: unknown, path: (string | number)[], above: Set<object>): unknown {
  if (given === null || typeof given === "string" || typeof given === "boolean") return given;
  if (typeof given === "number") return given;
  if (typeof given !== "object") throw new Unstorable(`is ${shown(given)}, which can't be stored`);
  if (above.has(given)) throw new Unstorable("holds itself");
  if (above.size >= DEEPEST) throw new Unstorable(`lies more than ${DEEPEST} levels deep`);
  above.add(given);
  const copy = copyOfObject(given, path, above);
  above.delete(given);
  return copy;
}

function copyOfObject(given: object, path: (string | number)[], above: Set<object>): unknown {
  if ("toJSON" in given && typeof given.toJSON === "function") {
    return copyOf((given as { toJSON(): unknown }).toJSON(), path, above);
  }
  const member = (key: string | number, value: unknown): unknown => {
    path.push(key);
    const copy = copyOf(value, path, above);
    path.pop();
    return copy;
  };
  if (Array.isArray(given)) return Array.from(given, (item, index) => member(index, item));
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  if (kind !== "Object") throw new Unstorable(`is an object of the kind ${kind}`);
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, member(key, value)]),
  );
}

/** `layers[2].size` */
const placeOf = (path: readonly (string | number)[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");

/** A copy of attributes that were given at once. @throws HpoError where one can't be stored */
export function attributesOf(given: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw mustBe(what, given, "an object of attributes by their names");
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, attributeValue(value, `${what}.${name}`)]),
  );
}
