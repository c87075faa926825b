const LONGEST = 100;

/** Any value as its user would write it, for a message; never throws. */
export function shown(value: unknown): string {
  try {
    return shortened(written(value));
  } catch {
    return typeof value === "object" ? "an object that can't be read" : typeof value;
  }
}

function written(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "object" || value === null) return String(value);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const json: unknown = JSON.stringify(value, orWord);
  if (typeof json !== "string") return "an object";
  return kind === "Object" || kind === "Array" || kind === "Date" ? json : `${kind} ${json}`;
}

/** Of a large integer all digits: `String` gives no more than tell it from its neighbours, and zeros for the others. */
const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);

/** What JSON has no word for, or writes as null. */
function orWord(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "symbol" || typeof value === "function") return String(value);
  return value;
}

const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
