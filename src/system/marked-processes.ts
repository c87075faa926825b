import { readdirSync, readFileSync } from "node:fs";

/**
 * The processes of this host that were started with one of these variables, `NAME=value`, whoever's
 * children they are by now; without this one. Linux alone tells (/proc); elsewhere there are none.
 */
export function markedProcesses(...marks: readonly string[]): number[] {
  const isMarked = (pid: number): boolean => environmentOf(pid).some((one) => marks.includes(one));
  return pids().filter((pid) => pid !== process.pid && isMarked(pid));
}

/** A process that is killed may have started another one meanwhile. */
const PASSES = 5;

/** Kills them all, and what they start until they are gone. */
export function killMarked(...marks: readonly string[]): void {
  for (let pass = 0; pass < PASSES; pass++) {
    const found = markedProcesses(...marks);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

function pids(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** As it was when the process started; empty for another user's and for one that is dead. */
function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}
