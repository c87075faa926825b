import { HpoError } from "../../errors/errors.ts";
import { missingModule } from "../../errors/foreign-messages.ts";

/** What importing a module threw; in words for the user where a package that it needs is not there. */
export function importError(error: unknown, path: string): unknown {
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
