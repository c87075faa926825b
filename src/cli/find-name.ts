import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import type { SizeName } from "../theory/rate-laws/size.ts";
import { COMMON_NAMES, plainName } from "../theory/study/roles.ts";

/** Something to be found among names: by the name an option gives, or by common names. */
export interface Wanted {
  /** In words, for errors: "learning rate". */
  readonly what: string;
  /** The option that names it. */
  readonly flag: string;
  /** Its common names, in lower case without _, - and blanks. */
  readonly common: readonly string[];
}

export const LEARNING_RATE: Wanted = {
  what: "learning rate",
  flag: "--lr-param",
  common: COMMON_NAMES.learningRate,
};
export const BATCH_SIZE: Wanted = {
  what: "batch size",
  flag: "--batch-param",
  common: COMMON_NAMES.batchSize,
};
const SIZE: Readonly<Record<SizeName, Wanted>> = {
  width: {
    what: "width",
    flag: "--width-param",
    common: ["width", "hidden", "hiddensize", "hiddendim", "units", "dmodel", "nembd"],
  },
  depth: {
    what: "depth",
    flag: "--depth-param",
    common: ["depth", "layers", "numlayers", "nlayers", "nlayer"],
  },
  samples: {
    what: "number of samples",
    flag: "--samples-param",
    common: ["samples", "nsamples", "tokens", "ntokens", "examples"],
  },
};

/**
 * The names of those sizes that are wanted and there.
 * @throws HpoError if one that an option names is not there, or there are several
 */
export function findSizes(
  wanted: readonly SizeName[],
  given: Readonly<Partial<Record<SizeName, string>>>,
  names: readonly string[],
  where: string,
  kind: string,
): Partial<Record<SizeName, string>> {
  const found = wanted.flatMap((size) => {
    const isThere = names.some((name) => SIZE[size].common.includes(plain(name)));
    if (given[size] === undefined && !isThere) return [];
    return [[size, findName(SIZE[size], given[size], names, where, kind)] as const];
  });
  return Object.fromEntries(found);
}

/**
 * The name that is wanted. A prefix `params.`, as in exported tables, may be left out.
 * @param where in words, for errors: `Study "digits"`
 * @param kind "parameter" or "column"
 * @throws HpoError listing the candidates if there is no such name, or more than one
 */
export function findName(
  wanted: Wanted,
  given: string | undefined,
  names: readonly string[],
  where: string,
  kind: string,
): string {
  if (given !== undefined) {
    const found = [given, `params.${given}`].find((name) => names.includes(name));
    if (found !== undefined) return found;
    throw new HpoError(
      `${where} has no numeric ${kind} "${given}", which ${wanted.flag} names. ` +
        didYouMean(given, names),
    );
  }
  const found = names.filter((name) => wanted.common.includes(plain(name)));
  if (found.length === 1) return found[0];
  const quote = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(", ");
  if (found.length > 1) {
    throw new HpoError(
      `${where} has ${found.length} ${kind}s that may be the ${wanted.what}: ${quote(found)}. ` +
        `Choose one: ${wanted.flag} ${found[0]}.`,
    );
  }
  const candidates =
    names.length === 0 ? `There are no numeric ${kind}s.` : `Candidates: ${quote(names)}.`;
  throw new HpoError(
    `${where} has no ${kind} with a usual name of the ${wanted.what}. ${candidates} ` +
      `Name it: ${wanted.flag} NAME.`,
  );
}

const plain = (name: string): string => plainName(name.replace(/^params[._]/, ""));
