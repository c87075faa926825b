import { createHash } from "node:crypto";

/** So many digits count: Node's versions may differ in the last ones of a logarithm. */
const DIGITS = 6;
/** What is left where rounding alone keeps a number from 0. */
const NOTHING = 1e-9;

/**
 * A hash of all that a result holds, its numbers to six digits: 12 hexadecimal digits. It tells that a
 * recommendation is another one than it was, where no closed form tells what it has to be.
 */
export const numbersFingerprint = (result: unknown): string =>
  createHash("sha256").update(JSON.stringify(result, plain)).digest("hex").slice(0, 12);

function plain(_key: string, value: unknown): unknown {
  // Sentences are for people, and may be put better.
  if (typeof value === "string" && value.includes(" ")) return undefined;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return String(value);
    return Math.abs(value) < NOTHING ? 0 : Number(value.toPrecision(DIGITS));
  }
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<unknown>) : value;
}
