import { mustBe } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

const SIZE = /^(\d+(?:\.\d+)?|\.\d+)\s*([kmgt]?i?b)?$/i;

/**
 * "4GiB", "500 MB", "1048576" or a number of bytes, to the nearest whole byte.
 * @throws HpoError unless that is 1 to 2⁵³ − 1 bytes
 */
export function parseBytes(input: string, given: string | number): number {
  const bytes = Math.round(typeof given === "number" ? given : bytesIn(String(given)));
  if (Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  throw mustBe(input, given, "a size of at least 1 byte", "Give 512MB, 4GiB, or bytes.");
}

/** An interpreter alone holds more: less is a number whose unit was left out. */
const LEAST_MEMORY = 2 ** 20;

/** @throws HpoError unless a process could live within it */
export function parseMemoryLimit(input: string, given: string | number): number {
  const bytes = parseBytes(input, given);
  if (bytes >= LEAST_MEMORY) return bytes;
  const unit = /^[\d.\s]+$/.test(String(given)) ? ", which is bytes," : "";
  throw new HpoError(
    `${input}=${JSON.stringify(given)}${unit} is less than any process holds (1MiB at least). Give it with its unit: 512MB, 4GiB.`,
  );
}

function bytesIn(text: string): number {
  const match = SIZE.exec(text.trim());
  return match ? Number(match[1]) * UNITS[(match[2] ?? "B").toUpperCase()] : NaN;
}

const SHOWN = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 4509715660 as `4.2 GiB`: three digits at least, in the largest unit of which there is one. */
export function formatBytes(bytes: number): string {
  const last = SHOWN.length - 1;
  const power = SHOWN.findIndex((_, at) => at === last || bytes < 1024 ** (at + 1));
  const value = bytes / 1024 ** power;
  return `${value < 100 ? Number(value.toPrecision(3)) : Math.round(value)} ${SHOWN[power]}`;
}
