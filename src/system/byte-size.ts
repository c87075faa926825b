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

/** "4GiB", "512MB" or a number of bytes, in bytes. @throws HpoError on anything else. */
export function parseBytes(input: string, given: string | number): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b)\s*$/i.exec(String(given));
  const bytes =
    typeof given === "number"
      ? given
      : match
        ? Number(match[1]) * UNITS[match[2].toUpperCase()]
        : 0;
  if (Number.isFinite(bytes) && bytes >= 1) return Math.round(bytes);
  throw new HpoError(`${input}=${given} is no size. Give bytes as 512MB, 4GiB, or a number.`);
}

/** 4509715660 as `4.2 GiB`. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 2 ** (10 * power)).toPrecision(3))} ${units[power]}`;
}
