import { HpoError } from "../errors/errors.ts";
import { warn } from "./output.ts";

/**
 * Prints an error and gives the exit code. What is meant for the user is a line; anything else is
 * a fault of the objective or of ours, and comes with its stack.
 */
export function reportError(error: unknown): number {
  const text =
    error instanceof HpoError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  warn(text);
  return 1;
}
