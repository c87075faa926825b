import { spawn } from "node:child_process";
import { cpuList, pinProcess } from "./affinity.ts";
import { killGroup } from "./kill-group.ts";
import type { FromSupervisor, ToSupervisor } from "./supervisor-protocol.ts";

// A process of its own between the study and one command. The command writes straight to the
// study's pipes; this process only starts it, signals its group, tells how it ended, and kills the
// group when the study is gone, however it went.

let groupPid: number | undefined;
/** Told to stop before the command was started. */
let isStopped = false;

const tell = (message: FromSupervisor, then?: () => void): void => {
  process.send?.(message, undefined, undefined, () => then?.());
};

function leave(): void {
  if (groupPid !== undefined) killGroup(groupPid, "SIGKILL");
  process.exit();
}

async function start(message: Extract<ToSupervisor, { kind: "start" }>): Promise<void> {
  const { argv, cwd, env, cpus } = message;
  if (cpus) {
    // What is started inherits it.
    const problem = await pinProcess(process.pid, cpus);
    if (problem) process.stderr.write(`hpo: not bound to CPUs ${cpuList(cpus)}: ${problem}\n`);
  }
  if (isStopped) return tell({ kind: "exited", code: null, signal: "SIGTERM" }, leave);
  const [program, ...args] = argv;
  const command = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  groupPid = command.pid;
  if (groupPid !== undefined) tell({ kind: "started", pid: groupPid });
  command.once("error", (error) => tell({ kind: "notStarted", message: error.message }, leave));
  // What the command left running goes with it.
  command.once("exit", (code, signal) => tell({ kind: "exited", code, signal }, leave));
}

process.on("message", (message: ToSupervisor) => {
  if (message.kind === "start") void start(message);
  else if (groupPid === undefined) isStopped = true;
  else killGroup(groupPid, message.signal);
});
process.on("disconnect", leave);
process.on("SIGTERM", leave);
