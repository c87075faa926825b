import { HpoError } from "../../errors/errors.ts";
import { missingModule } from "../../errors/foreign-messages.ts";

/**
 * What importing a module threw; in words for the user where a package that it needs is not there, and
 * with its line where what is written there is refused.
 */
export function importError(error: unknown, path: string): unknown {
  if (error instanceof HpoError) return placed(error, path);
  const { code } = (error ?? {}) as { code?: unknown };
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return error;
  const name = missingModule(error);
  // A file that is missing is told by its path.
  if (name === undefined || /^(\.|\/|file:|[a-z]:[\\/])/i.test(name)) return error;
  const [first, second] = name.split("/");
  const installed = first.startsWith("@") ? `${first}/${second}` : first;
  return new HpoError(
    `${path} imports "${name}", which is not installed where it looks for it. ` +
      `Run npm install ${installed} in its folder.`,
    { cause: error },
  );
}

/** `study.ts:12: float: low=1 lies above high=0.`: a range does not know its parameter's name. */
function placed(error: HpoError, path: string): HpoError {
  const frame = error.stack?.split("\n").find((line) => line.includes(`${path}:`));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  if (line === undefined || error.message.includes(path)) return error;
  return new HpoError(`${path}:${line}: ${error.message}`, { cause: error });
}
