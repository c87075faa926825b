import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, so that others can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the kernel that it runs on; empty where that can't be known (not Linux). */
  readonly boot: string;
  /** As its own PID namespace counts. */
  readonly pid: number;
  /** When the process started, as its kernel counts; tells a reused pid apart. */
  readonly start: string;
  /** Which PID namespace that is; empty where it can't be known. Left out by earlier versions. */
  readonly pidNamespace?: string;
  /** Tells the machine apart from others of the same host name; empty where it can't be known. */
  readonly machine?: string;
}

/** The id under which this process says that it lives. */
export const workerId: string = randomUUID();

let known: ProcessIdentity | undefined;

/** This process, as others may look for it. */
export const thisProcess = (): ProcessIdentity =>
  (known ??= Object.freeze({
    host: hostname(),
    boot: bootId(),
    ...pidOf(),
    start: readStat("/proc/self/stat")?.start ?? "",
    machine: machineOf(),
  }));

/**
 * Whether the process runs. Undefined where that can't be known: it ran on another machine, or in
 * another PID namespace (a container), where its pid means nothing here.
 */
export function isAlive(other: ProcessIdentity): boolean | undefined {
  const here = thisProcess();
  if (other.pidNamespace === undefined) return isAliveByHost(other);
  if (other.boot !== here.boot) return isSameHost(other, here) ? false : undefined;
  if (other.boot === "" && other.host !== here.host) return undefined;
  return other.pidNamespace === here.pidNamespace ? isRunning(other) : undefined;
}

/** As earlier versions told them apart, which kept less of a process. */
function isAliveByHost(other: ProcessIdentity): boolean | undefined {
  const here = thisProcess();
  if (other.host !== here.host) return undefined;
  return other.boot === here.boot ? isRunning(other) : false;
}

/** The namespace that is not a container's; a constant of Linux (PROC_PID_INIT_INO). */
const FIRST_NAMESPACE = "pid:[4026531836]";

/** Whether it is this machine itself, no container on it, so that another boot was before this one. */
const isSameHost = (other: ProcessIdentity, here: ProcessIdentity): boolean =>
  other.host === here.host &&
  other.machine !== "" &&
  other.machine === here.machine &&
  [other, here].every(({ pidNamespace }) => pidNamespace === FIRST_NAMESPACE);

/** For how long a process that was seen to run is not looked for again. */
const SEEN_MS = 100;
/** When processes were last seen to run. */
const seen = new Map<string, number>();

/** An ask looks at the processes of all running trials several times; they are looked for once. */
function isRunning(other: ProcessIdentity): boolean | undefined {
  const key = `${other.pid} ${other.start}`;
  const now = performance.now();
  if (now - (seen.get(key) ?? -Infinity) < SEEN_MS) return true;
  seen.delete(key);
  const runs = isThere(other);
  if (runs === true) seen.set(key, now);
  return runs;
}

function isThere({ pid, start }: ProcessIdentity): boolean | undefined {
  // Without /proc (not Linux) the pid alone must do.
  if (start === "") return signal(pid) !== "nobody";
  const found = readStat(`/proc/${pid}/stat`);
  if (found) return found.start === start && !found.isZombie;
  // /proc may hide what other users run.
  return signal(pid) === "nobody" ? false : undefined;
}

function signal(pid: number): "taken" | "refused" | "nobody" {
  try {
    process.kill(pid, 0);
    return "taken";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "refused" : "nobody";
  }
}

/**
 * State and start of a process, fields 3 and 22 of its stat file; the second field, the command, may
 * hold spaces and brackets.
 */
function readStat(
  path: string,
): { readonly start: string; readonly isZombie: boolean } | undefined {
  const fields = readText(path)
    ?.replace(/^.*\)\s/s, "")
    .split(" ");
  return fields && { start: fields[19], isZombie: fields[0] === "Z" };
}

const bootId = (): string => readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";

/** The machine's own id must not leave it; a digest of it tells as much. */
function machineOf(): string {
  const id = readText("/etc/machine-id")?.trim() ?? "";
  return id === "" ? "" : createHash("sha256").update(`hpo ${id}`).digest("hex").slice(0, 16);
}

function pidOf(): { readonly pid: number; readonly pidNamespace: string } {
  const shown = readLink("/proc/self");
  // A /proc of another namespace counts otherwise: then nobody can look for this process.
  if (shown !== undefined && Number(shown) !== process.pid) {
    return { pid: process.pid, pidNamespace: `unknown to all but ${workerId}` };
  }
  return { pid: process.pid, pidNamespace: readLink("/proc/self/ns/pid") ?? "" };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
