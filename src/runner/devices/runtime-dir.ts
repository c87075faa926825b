import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { Environment } from "./device.ts";

/**
 * A user's folder on this host for locks that its processes share. It depends on neither TMPDIR nor
 * XDG_RUNTIME_DIR, which differ between a shell, a scheduler's job and cron. HPO_RUNTIME_DIR names
 * another.
 * @throws HpoError if the folder can't be made, or is another user's
 */
export function runtimeDir(env: Environment): string {
  const { uid } = userInfo();
  // On Windows uid is -1, and the temporary folder the user's own.
  const usual = uid === -1 ? join(tmpdir(), "hpo") : `/tmp/hpo-${uid}`;
  const dir = env["HPO_RUNTIME_DIR"] ?? usual;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const found = lstatSync(dir);
    if (uid === -1 || found.uid === uid) return dir;
  } catch (error) {
    throw new HpoError(
      `The folder ${dir}, which keeps devices apart between studies, can't be made: ` +
        `${(error as Error).message}. Set HPO_RUNTIME_DIR to a folder of yours on this machine.`,
    );
  }
  throw new HpoError(
    `The folder ${dir}, which keeps devices apart between studies, is another user's. Set ` +
      "HPO_RUNTIME_DIR to a folder of yours on this machine.",
  );
}
