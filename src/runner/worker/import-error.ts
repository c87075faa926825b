import { HpoError } from "../../errors/errors.ts";
import { missingModule } from "../../errors/foreign-messages.ts";

/**
 * The error to show for a failed import: it says which package is missing, or in which line of the
 * file hpo refused something; other errors stay as they are.
 */
export function importError(error: unknown, path: string): unknown {
  if (error instanceof HpoError) return placed(error, path);
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return error;
  const name = missingModule(error);
  // A missing file's own error names its path.
  if (name === undefined || /^(\.|\/|file:|[a-z]:[\\/])/i.test(name)) return error;
  const [first, second] = name.split("/");
  const installed = first.startsWith("@") ? `${first}/${second}` : first;
  return new HpoError(
    `${path} imports "${name}", which is not installed where it looks for it. ` +
      `Run npm install ${installed} in its folder.`,
    { cause: error },
  );
}

/**
 * Adds the line, as in `study.ts:12: float: low=1 …`: a range does not know its parameter's name.
 */
function placed(error: HpoError, path: string): HpoError {
  const frame = error.stack?.split("\n").find((line) => line.includes(`${path}:`));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  if (line === undefined || error.message.includes(path)) return error;
  return new HpoError(`${path}:${line}: ${error.message}`, { cause: error });
}
