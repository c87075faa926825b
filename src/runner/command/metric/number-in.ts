const SPECIAL: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  infinity: Infinity,
  "+inf": Infinity,
  "+infinity": Infinity,
  "-inf": -Infinity,
  "-infinity": -Infinity,
};

/** The number that a program wrote, Python's nan and inf included; undefined if it is none. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "") return undefined;
  const value = SPECIAL[trimmed] ?? Number(trimmed);
  return Number.isNaN(value) && trimmed !== "nan" ? undefined : value;
}

/** A value of a program's JSON as a number: null is NaN; undefined if it is none. */
export function numberOfJson(given: unknown): number | undefined {
  if (typeof given === "number") return given;
  if (given === null) return NaN;
  return typeof given === "string" ? SPECIAL[given.trim().toLowerCase()] : undefined;
}

/** Parses JSON in which NaN and Infinity may stand bare, as Python writes them. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,}\]])/g, '"$1"'));
  }
}
