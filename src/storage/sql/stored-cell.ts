import { misfit } from "../../errors/checks.ts";
import { StorageError } from "../../errors/errors.ts";

/**
 * The error for a value that should not be there.
 * @param where as `sqlite:hpo.db: trial 3: state`
 */
export const wrongCell = (where: string, value: unknown, wanted: string): StorageError =>
  new StorageError(
    `${misfit(where, value, wanted)}. Mend it with the program that wrote the database, or ` +
      "restore a backup.",
  );

/** @throws StorageError unless the cell holds an integer with least ≤ value ≤ most */
export function integerCell(where: string, value: unknown, least: number, most: number): number {
  if (Number.isSafeInteger(value)) {
    const integer = value as number;
    if (integer >= least && integer <= most) return integer;
  }
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `≥ ${least}`;
  throw wrongCell(where, value, `an integer ${range}`);
}

/** @throws StorageError unless the cell holds text */
export function textCell(where: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw wrongCell(where, value, "text");
}
