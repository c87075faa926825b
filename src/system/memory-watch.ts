import { existsSync, readdirSync, readFileSync } from "node:fs";
import { HpoError } from "../errors/errors.ts";

/** Between two looks; what fills its memory at 1 GB/s oversteps its limit by that much of a second. */
const LOOK_EVERY_MS = 50;

/** @throws HpoError where there is no /proc to read memory from. */
export function checkMemoryWatch(): void {
  if (existsSync("/proc/self/status")) return;
  throw new HpoError(
    "memoryLimit: the memory of a process is read from /proc, which this system lacks. Drop it, " +
      "or run on Linux.",
  );
}

/**
 * Calls back once, as soon as a process and its descendants hold more than the limit in memory
 * (resident; pages that they share count for each).
 * @returns a function that ends the watch
 */
export function watchMemory(
  pid: number,
  limitBytes: number,
  onExceeded: (heldBytes: number) => void,
): () => void {
  if (limitBytes === Infinity) return () => undefined;
  const timer = setInterval(() => {
    const held = heldBytes(pid);
    if (held <= limitBytes) return;
    clearInterval(timer);
    onExceeded(held);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** What a process and its descendants hold, in bytes; 0 once it is gone. */
function heldBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1];
  const own = kibibytes === undefined ? 0 : Number(kibibytes) * 1024;
  return childrenOf(pid).reduce((sum, child) => sum + heldBytes(child), own);
}

/** Each thread has the children that it started. */
function childrenOf(pid: number): number[] {
  return listed(`/proc/${pid}/task`).flatMap((thread) =>
    readText(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
