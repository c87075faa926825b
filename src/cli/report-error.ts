import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import { warn } from "./output.ts";

/**
 * Prints an error and gives the exit code. What is meant for the user is a line; anything else is
 * a fault of the objective or of ours, and comes with its stack.
 */
export function reportError(error: unknown): number {
  warn(textOf(error));
  return 1;
}

function textOf(error: unknown): string {
  try {
    if (error instanceof HpoError) return error.message;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return shown(error);
  }
}
