import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "../../system/process-identity.ts";

/** How a server's folder is named. */
export const PREFIX = "hpo-pg-";
/** The file in it that says which process started the server. */
export const OWNER = "owner.json";

// At the end of its input, which comes with the end of the process that holds the pipe.
const WATCH = `trap '' HUP INT TERM
cat >/dev/null
[ -d "$0" ] || exit 0
pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null
for wait in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
rm -rf "$0"`;

/** Ends the server in `folder` and removes it when this process ends, by SIGKILL, too. */
export function watchedBy(folder: string): { end(): void } {
  const shell = spawn("/bin/sh", ["-c", WATCH, folder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return { end: () => void shell.kill("SIGKILL") };
}

/** Ends servers whose process is dead, and removes their folders: their watch was killed, too. */
export async function removeStale(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(temporary, name);
    if (await isOwned(folder)) continue;
    const pid = Number.parseInt(await textOf(join(folder, "data", "postmaster.pid")), 10);
    if (pid > 0 && (await isServerOf(pid, folder))) process.kill(pid, "SIGQUIT");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Whether its owner lives, as far as can be known: one that has yet to be named may. */
async function isOwned(folder: string): Promise<boolean> {
  const text = await textOf(join(folder, OWNER));
  return text === "" || isAlive(JSON.parse(text) as ProcessIdentity) !== false;
}

const isServerOf = async (pid: number, folder: string): Promise<boolean> =>
  (await textOf(`/proc/${pid}/cmdline`)).includes(folder);

const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
