import { execFile } from "node:child_process";

/** `0-3,8` for 0, 1, 2, 3, 8: the form of Linux's own lists of CPUs. */
export function cpuList(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const starts = sorted.filter((cpu, index) => cpu !== sorted[index - 1] + 1);
  const ends = sorted.filter((cpu, index) => cpu !== sorted[index + 1] - 1);
  return starts
    .map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`))
    .join(",");
}

/**
 * Lets a process, and what it starts from now on, run on these cores alone, by util-linux's
 * taskset: Node has no call for it.
 * @returns why it could not be done; undefined where it was.
 */
export function pinProcess(pid: number, cpus: readonly number[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // -a: native code may have threads by now.
    execFile("taskset", ["-apc", cpuList(cpus), String(pid)], (error, _stdout, stderr) => {
      if (!error) return resolve(undefined);
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      resolve(isMissing ? "there is no taskset (install util-linux)" : stderr.trim());
    });
  });
}
