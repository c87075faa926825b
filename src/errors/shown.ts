const LONGEST = 100;

/** Any value as its user would write it, for a message; never throws. */
export function shown(value: unknown): string {
  if (typeof value === "string") return shortened(JSON.stringify(value));
  if (typeof value === "bigint") return shortened(`${value}n`);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  try {
    const json: unknown = JSON.stringify(value, orWord);
    return typeof json === "string" ? shortened(json) : "an object";
  } catch {
    return "an object";
  }
}

/** What JSON has no word for, or writes as null. */
const orWord = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
};

const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
