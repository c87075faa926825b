import { spawn } from "node:child_process";
import { killGroup } from "./kill-group.ts";
import type { FromSupervisor, ToSupervisor } from "./supervisor-protocol.ts";

// A process of its own between the study and one command. The command writes straight to the
// study's pipes; this process only starts it, signals its group, tells how it ended, and kills the
// group when the study is gone, however it went.

let groupPid: number | undefined;

const tell = (message: FromSupervisor, then?: () => void): void => {
  process.send?.(message, undefined, undefined, () => then?.());
};

function leave(): void {
  if (groupPid !== undefined) killGroup(groupPid, "SIGKILL");
  process.exit();
}

function start({ argv, cwd, env }: Extract<ToSupervisor, { kind: "start" }>): void {
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
  if (message.kind === "start") start(message);
  else if (groupPid !== undefined) killGroup(groupPid, message.signal);
});
process.on("disconnect", leave);
process.on("SIGTERM", leave);
