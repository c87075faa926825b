import { execFile, spawn } from "node:child_process";
import { once } from "node:events";

/** What git says of a folder. */
export interface GitState {
  /** The top of its working tree. */
  readonly top: string;
  readonly commit: string;
  /** Whether a tracked file differs; undefined where git took too long to say. */
  readonly dirty?: boolean;
}

/** How long git may take; after that it is not known whether the tree is dirty. */
const PATIENCE_MS = 5000;
/** Keeps a repository's settings from starting programs, and git from writing to the repository. */
const QUIET = ["-c", "core.fsmonitor=false", "--no-optional-locks"];

/** Undefined where the folder is in no repository with a commit, or there is no git. */
export async function gitState(folder: string): Promise<GitState | undefined> {
  const said = await output(folder, ["rev-parse", "--show-toplevel", "HEAD"]);
  const [, top, commit] = /^(.+)\n([0-9a-f]{40,64})\n$/s.exec(said ?? "") ?? [];
  if (commit === undefined) return undefined;
  const dirty = await saysAnything(folder, ["status", "--porcelain", "--untracked-files=no"]);
  return { top, commit, ...(dirty !== undefined && { dirty }) };
}

const output = (cwd: string, words: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile("git", [...QUIET, ...words], { cwd, timeout: PATIENCE_MS }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });

/** Whether git prints anything at all: it is ended after the first output. */
async function saysAnything(cwd: string, words: readonly string[]): Promise<boolean | undefined> {
  const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
  const git = spawn("git", [...QUIET, ...words], { cwd, stdio, timeout: PATIENCE_MS });
  let said = false;
  git.stdout.once("data", () => {
    said = true;
    git.kill();
  });
  try {
    const [code] = (await once(git, "close")) as [number | null];
    return said || code === 0 ? said : undefined;
  } catch {
    return undefined;
  }
}
