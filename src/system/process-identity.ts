import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who runs a trial: a process of one boot of one host. Kept with the running trial. */
export interface RunnerIdentity {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  /** When the process started, as its host counts; tells a reused pid apart. */
  readonly start: string;
}

const bootId = (): string => readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";

/**
 * When a process started (field 22 of /proc/PID/stat; the second field, the command, may hold
 * spaces and brackets). Undefined where there is no such file, or only a zombie.
 */
function startOf(pid: number): string | undefined {
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\)\s/s, "")
    .split(" ");
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

export const thisProcess = (): RunnerIdentity =>
  Object.freeze({
    host: hostname(),
    boot: bootId(),
    pid: process.pid,
    start: startOf(process.pid) ?? "",
  });

/** Whether the process runs; undefined where that can't be known, as on another host. */
export function isAlive(runner: RunnerIdentity): boolean | undefined {
  if (runner.host !== hostname()) return undefined;
  if (runner.boot !== bootId()) return false;
  // Without /proc (not Linux) the pid alone must do.
  if (runner.start !== "") return startOf(runner.pid) === runner.start;
  try {
    process.kill(runner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
