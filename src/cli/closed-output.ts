import { warn } from "./output.ts";

let goesOn = false;

/** A command whose work outlasts its reader: what `| head -n 1` closes stops only what is printed. */
export const goOnWithoutReader = (): void => {
  goesOn = true;
};

/**
 * Decides what becomes of the command when its output is closed. What only tells something ends
 * there, with the exit code that it has so far; see `goOnWithoutReader` for the others.
 */
export function watchOutput(): void {
  let isClosed = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isClosed) return;
    isClosed = true;
    const why = error.code === "EPIPE" ? "its reader closed it" : error.message;
    if (goesOn) warn(`stdout takes no more (${why}): the command goes on without it.`);
    else if (error.code === "EPIPE") process.exit();
    else {
      warn(`stdout can't be written: ${error.message}.`);
      process.exit(1);
    }
  });
  // stderr is closed, so there is no place to print an error to.
  process.stderr.on("error", () => undefined);
}
