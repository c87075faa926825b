import { HpoError } from "../errors/errors.ts";

/** @throws HpoError unless `count` is an integer ≥ 1. */
export function checkSlots(input: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new HpoError(`${input}=${count} is no integer ≥ 1. Give how many trials run at once.`);
  }
}
