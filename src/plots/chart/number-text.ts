import type { Scalar } from "../../space/distribution.ts";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export const superscript = (exponent: number): string =>
  (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map((d) => SUPERSCRIPTS[+d]).join("");

/** From here on numbers are written with a power of ten. */
const LARGE = 1e6;
const SMALL = 1e-3;

/**
 * A number as people write it: 0.0116, 1024, 3·10⁻⁵. Integers below a million are never rounded, nor
 * are larger ones, up to 2⁵³, that a power of ten would shorten no further.
 */
export function numberText(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (Number.isSafeInteger(size)) return sign + integerText(size);
  const rounded = Number(size.toPrecision(digits));
  if (rounded >= SMALL && rounded < LARGE) return sign + plain(rounded);
  return sign + withPower(rounded);
}

function integerText(size: number): string {
  if (size < LARGE) return String(size);
  const short = withPower(size);
  return short.length <= 8 ? short : String(size);
}

/** Without the exponent that JavaScript writes below 10⁻⁶. */
const plain = (size: number): string => String(size);

function withPower(size: number): string {
  const [mantissa, exponent] = size.toExponential().split("e");
  const power = `10${superscript(Number(exponent))}`;
  return mantissa === "1" ? power : `${mantissa}·${power}`;
}

/** A parameter's value: numbers with six digits, texts as they are. */
export const scalarText = (value: Scalar): string =>
  typeof value === "number" ? numberText(value, 6) : String(value);

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
  [1, "ms"],
];

/** A time span in its largest unit that fits: 1.5 min, 20 s, 350 ms. */
export function durationText(ms: number): string {
  if (!(ms > 0)) return "0";
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? [1, "ms"];
  return `${numberText(Number((ms / size).toPrecision(3)))} ${unit}`;
}

/** A share in [0, 1] with two digits: 71 %, 0.3 %. */
export const percentText = (share: number): string =>
  `${numberText(Number((100 * share).toPrecision(2)))} %`;
