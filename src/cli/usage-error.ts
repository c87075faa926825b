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
    throw usageOf(error);
  }
}

/** As `asUsage`, of what takes time. */
export const asUsageAsync = <Result>(check: () => Promise<Result>): Promise<Result> =>
  check().catch((error: unknown) => {
    throw usageOf(error);
  });

const usageOf = (error: unknown): unknown =>
  error instanceof HpoError ? new UsageError(error.message, { cause: error }) : error;
