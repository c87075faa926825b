import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import { warn } from "./output.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Prints an error and gives the exit code: 2 for a wrong use, else 1. What is meant for the user is
 * a line; anything else is a fault of the objective or of ours, and comes with its stack.
 */
export function reportError(error: unknown): number {
  warn(errorText(error));
  return error instanceof UsageError ? 2 : 1;
}

const FOLDER_GONE =
  "The folder that this was started in is gone. Change into one that exists: cd ~.";

const isFolderGone = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.syscall === "uv_cwd";

/** What is told of an error. */
export function errorText(error: unknown): string {
  try {
    // A name with a tab in it is shown as lists show it.
    if (error instanceof HpoError) return error.message.replaceAll("\t", "\\t");
    if (isFolderGone(error)) return FOLDER_GONE;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return shown(error);
  }
}
