import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAlive, thisProcess, type ProcessIdentity } from "./process-identity.ts";

/** Who holds a lock, and for what. */
export interface LockHolder {
  readonly process: ProcessIdentity;
  readonly study: string;
  /** Undefined while it is being asked for. */
  readonly trial?: number;
  /** ISO 8601. */
  readonly since: string;
}

export type LockTaken =
  { readonly kind: "taken" } | { readonly kind: "held"; readonly holder: LockHolder };

/** A number for each attempt, so that no two in this process share a temporary file. */
let attempts = 0;

/**
 * Takes a lock file, at once or not at all. One whose process is dead is taken over.
 *
 * A lock is a file with its holder's name that appears whole, by link. Only who holds the right of
 * succession, a lock of its own that names the dead, may replace a dead process's file; so nobody
 * can remove a lock that another one has just taken over.
 */
export function takeLock(path: string, wanted: Omit<LockHolder, "process" | "since">): LockTaken {
  const draft = draftOf(path, wanted);
  try {
    return take(path, draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A file beside it that says who holds it. */
function draftOf(path: string, wanted: Omit<LockHolder, "process" | "since">): string {
  const me: LockHolder = { process: thisProcess(), ...wanted, since: new Date().toISOString() };
  const draft = `${path}.${me.process.pid}-${attempts++}`;
  writeFileSync(draft, JSON.stringify(me), { mode: 0o600 });
  return draft;
}

/** Tells another trial for which it is held. To be called by its holder alone. */
export const renewLock = (path: string, wanted: Omit<LockHolder, "process" | "since">): void =>
  renameSync(draftOf(path, wanted), path);

function take(path: string, draft: string): LockTaken {
  for (;;) {
    if (linked(draft, path)) return { kind: "taken" };
    const found = readLock(path);
    if (!found) continue;
    if (found.isAlive !== false) return { kind: "held", holder: found.holder };
    const succession = `${path}.after-${found.mark}`;
    const right = take(succession, draft);
    // Someone is about to take it over: theirs it is.
    if (right.kind === "held") return right;
    try {
      if (readLock(path)?.mark === found.mark) {
        const copy = `${draft}-new`;
        writeFileSync(copy, readFileSync(draft), { mode: 0o600 });
        renameSync(copy, path);
        return { kind: "taken" };
      }
    } finally {
      rmSync(succession, { force: true });
    }
  }
}

/** To be called by its holder alone. */
export const dropLock = (path: string): void => rmSync(path, { force: true });

/** Who holds a lock; undefined where nobody does. */
export function lockHolder(path: string): LockHolder | undefined {
  const found = readLock(path);
  return found && found.isAlive !== false ? found.holder : undefined;
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

interface FoundLock {
  readonly holder: LockHolder;
  /** Undefined where it can't be known. */
  readonly isAlive: boolean | undefined;
  /** Tells this lock from those before and after it. */
  readonly mark: string;
}

function readLock(path: string): FoundLock | undefined {
  let text: string;
  let inode: number;
  try {
    text = readFileSync(path, "utf8");
    inode = statSync(path).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as LockHolder;
    const { pid, start } = holder.process;
    return { holder, isAlive: isAlive(holder.process), mark: `${pid}-${start}-${inode}` };
  } catch {
    // Not one of ours, or torn when the power went: nobody's.
    const nobody = { host: "", boot: "", pid: 0, start: "" };
    const holder = { process: nobody, study: "", since: "" };
    return { holder, isAlive: false, mark: `torn-${inode}` };
  }
}
