import { InvalidArgumentError, Option } from "commander";

export const DEFAULT_STORAGE = "sqlite:hpo.db";

export interface CommonOptions {
  readonly storage: string;
  readonly json?: boolean;
}

export const storageOption = (): Option =>
  new Option("--storage <url>", "where studies are kept, as sqlite:FILE")
    .env("HPO_STORAGE")
    .default(DEFAULT_STORAGE);

export const jsonOption = (): Option => new Option("--json", "print JSON");

/** @throws InvalidArgumentError unless the text is an integer of at least `least`. */
export const integer =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Give an integer of at least ${least}.`);
    }
    return value;
  };

/** @throws InvalidArgumentError unless the text is a finite number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError("Give a number above 0.");
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/** "90s", "10m", "24h", "7d" in milliseconds. @throws InvalidArgumentError on anything else. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  if (!match || Number(match[1]) <= 0) {
    throw new InvalidArgumentError("Give a time such as 90s, 10m, 24h or 7d.");
  }
  return Number(match[1]) * UNITS[match[2]];
}
