import { HpoError } from "../errors/errors.ts";
import type { Direction } from "./trial.ts";

/** @throws HpoError if it is not known what is better in the study */
export function requireDirections({
  name,
  directions,
}: {
  readonly name: string;
  readonly directions: readonly Direction[];
}): void {
  if (directions.length > 0) return;
  throw new HpoError(
    `Study ${JSON.stringify(name)} has no direction (NOT_SET, as another library left it), so nothing is better ` +
      "or worse in it. Run it by a study file of that name that says minimize or maximize.",
  );
}
