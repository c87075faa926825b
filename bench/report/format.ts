import type { Interval } from "../compare/statistics.ts";

/** Three digits, without a needless exponent. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

export const withDigits = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : short(value);

/** value [low, high] */
export const interval = ({ value, low, high }: Interval): string =>
  `${withDigits(value, 2)} [${withDigits(low, 2)}, ${withDigits(high, 2)}]`;

export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** "< .001" for what is too small to matter how small. */
export const pValue = (p: number): string => (p < 0.001 ? "< .001" : p.toFixed(3));
