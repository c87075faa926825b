import { HpoError } from "../../errors/errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of `12GiB`, `500 MB` or a number of bytes. @throws HpoError naming `input` otherwise. */
export function memorySize(input: string, given: string | number): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)$/i.exec(String(given).trim());
  const bytes =
    typeof given === "number" ? given : match && Number(match[1]) * UNITS[match[2].toLowerCase()];
  if (bytes !== null && Number.isFinite(bytes) && bytes > 0) return Math.ceil(bytes);
  throw new HpoError(
    `${input}: ${JSON.stringify(given)} is no amount of memory. Give one such as 12GiB or 500MB.`,
  );
}

const SHOWN = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
] as const;

/** `4 TiB`, `79.6 GiB`, `512 MiB`. */
export function formatMemory(bytes: number): string {
  const [unit, name] = SHOWN.find(([least]) => bytes >= least) ?? SHOWN[2];
  return `${round(bytes / unit)} ${name}`;
}

const round = (value: number): string => String(Number(value.toPrecision(3)));
