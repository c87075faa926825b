import { HpoError } from "../errors/errors.ts";

/** What was asked for was asked wrongly: the command line ends with exit code 2. */
export class UsageError extends HpoError {
  override name = "UsageError";
}

/** Runs `check` of what the command line says; what it throws for the user is a wrong use. */
export function asUsage<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
