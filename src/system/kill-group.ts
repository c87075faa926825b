/** Signals a process group, whose leader has this pid; one that is gone already is no error. */
export function killGroup(leaderPid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-leaderPid, signal);
  } catch (error) {
    // EPERM: on some systems, what a group of zombies gives.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
