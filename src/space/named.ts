import { HpoError } from "../errors/errors.ts";

/** What `make` gives; what it refuses is refused with the parameter's name: `"lr": float: low=1 …`. */
export function named<Result>(name: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    throw new HpoError(`${JSON.stringify(name)}: ${error.message}`, { cause: error });
  }
}
