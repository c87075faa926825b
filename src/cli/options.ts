import { InvalidArgumentError, Option } from "commander";
import { decimalIn } from "../errors/decimal.ts";
import { NUMBERS, type NumberKind } from "../errors/number-kinds.ts";

const DEFAULT_STORAGE = "sqlite:hpo.db";

export interface CommonOptions {
  readonly storage: string;
  readonly json?: boolean;
}

export const storageOption = (): Option =>
  new Option(
    "--storage <url>",
    "where studies are kept: sqlite:FILE, postgres://USER@HOST/DATABASE, memory: (gone with the process), or journal:FILE of Optuna's, to read",
  )
    .env("HPO_STORAGE")
    .default(DEFAULT_STORAGE);

/** What a strategy or pruner may be given as. @param example a name with an option */
export const partForms = (example: string): string =>
  `a name, FILE#EXPORT of your own, or in YAML: '{ name: ${example} }'`;

/** For commands that ask the strategy of a study that exists. */
export const strategyOption = (): Option =>
  new Option(
    "--strategy <strategy>",
    `the study's own strategy, as FILE#EXPORT; or another one: ${partForms("tpe, startTrials: 20")}`,
  );

export const jsonOption = (): Option => new Option("--json", "print JSON");

/** Reads a number of a kind. @throws InvalidArgumentError where the text is none. */
export const numberOption =
  ({ test, description }: NumberKind) =>
  (text: string): number => {
    const value = decimalIn(text);
    if (test(value)) return value;
    throw new InvalidArgumentError(`It must be ${description}.`);
  };

/**
 * Reads a count, or a number that names something, written in digits: `1e0` or `0x8` for a trial is
 * more likely a slip. @throws InvalidArgumentError where the text is none.
 */
export const integerOption =
  ({ test, description }: NumberKind, which = "It") =>
  (text: string): number => {
    const value = /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : NaN;
    if (test(value)) return value;
    throw new InvalidArgumentError(`${which} must be ${description}, in digits.`);
  };

export const integer = (least: number): ((text: string) => number) =>
  integerOption(NUMBERS.integer(least));

/** "32,128,512" @throws InvalidArgumentError unless each is an integer ≥ `least` */
export const integers =
  (least: number) =>
  (text: string): number[] =>
    text.split(",").map(integerOption(NUMBERS.integer(least), "Each of them"));

/** For an option that may be given again. */
export const eachGiven = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
];

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/** "90s", "10m", "24h", "7d" in milliseconds. @throws InvalidArgumentError on anything else. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  if (!match || Number(match[1]) <= 0) {
    throw new InvalidArgumentError("Give a time such as 90s, 10m, 24h or 7d.");
  }
  return Number(match[1]) * UNITS[match[2]];
}
