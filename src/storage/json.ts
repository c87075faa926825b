import { HpoError } from "../errors/errors.ts";

/**
 * JSON as Python writes and reads it: NaN, Infinity and -Infinity are literals. Optuna's databases
 * hold such texts, and a gradient norm that overflowed must come back as it was.
 * @throws HpoError naming `what` if `value` has no JSON (a function, a bigint, a cycle).
 */
export function toJson(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = hasNonFinite(value)
      ? JSON.stringify(value, markNonFinite)?.replace(MARKED, "$1")
      : JSON.stringify(value);
  } catch (error) {
    throw new HpoError(`${what} can't be stored: ${(error as Error).message}. Give plain JSON.`);
  }
  if (text === undefined) {
    throw new HpoError(`${what} is a ${typeof value}, which can't be stored. Give plain JSON.`);
  }
  return text;
}

/** Parses what `toJson` writes. @throws SyntaxError if `text` is neither JSON nor Python's JSON */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    const marked = text.replace(STRING_OR_LITERAL, (token) =>
      token.startsWith('"') ? token : `"${MARK}${token}"`,
    );
    return JSON.parse(marked, (_key, value: unknown) =>
      typeof value === "string" && value.startsWith(MARK)
        ? Number(value.slice(MARK.length))
        : value,
    );
  }
}

/** What `value` is once it has been stored and read again. */
export function throughJson(value: unknown, what: string): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object") return fromJson(toJson(value, what));
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy = fromJson(toJson(value, what));
  // A frozen object can't change, so its copy is kept: each trial stores the same runner.
  if (isDeeplyFrozen(value)) copies.set(value, copy);
  return copy;
}

const isDeeplyFrozen = (value: object): boolean =>
  Object.isFrozen(value) && Object.values(value).every((item) => typeof item !== "object");

/** The copies of frozen objects whose members are all scalars. */
const copies = new WeakMap<object, unknown>();

// While JSON.stringify or JSON.parse runs, a marked string stands for a NaN or an Infinity.
const MARK = "hpo:literal:";
const MARKED = /"hpo:literal:(NaN|-?Infinity)"/g;
const STRING_OR_LITERAL = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

const markNonFinite = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? MARK + String(value) : value;

function hasNonFinite(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (typeof value !== "object" || value === null || depth > 100) return false;
  return Object.values(value).some((item) => hasNonFinite(item, depth + 1));
}
