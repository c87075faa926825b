import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import test from "ava";
import { killMarked, markedProcesses } from "./marked-processes.ts";

const guardUrl = new URL("./orphan-guard.js", import.meta.url).href;

/** Guards what the parent tells it, and says when it does. */
const GUARDIAN = `
  const { orphanGuard } = await import(${JSON.stringify(guardUrl)});
  const guard = orphanGuard();
  process.on("message", (order) => {
    if (order === "clear") guard.clear(); else guard.add(order);
    process.send("done");
  });
  process.send("up");`;

const sleeper = (mark: string): ChildProcess =>
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1 << 30)"], {
    detached: true,
    env: { PATH: process.env["PATH"], HPO_TEST_GUARD: mark },
    stdio: "ignore",
  });
const markOf = (name: string): string => `HPO_TEST_GUARD=${process.pid} ${name}`;
const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

test("what a killed process answered for dies with it, and nothing else", async (t) => {
  const guardian = spawn(process.execPath, ["--input-type=module", "-e", GUARDIAN], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(guardian, "message");
  const order = async (what: object | string): Promise<void> => {
    guardian.send(what);
    await once(guardian, "message");
  };
  const [forgotten, marked, led, free] = ["forgotten", "marked $(x) 'y'", "led", "free"].map(
    (name) => sleeper(`${process.pid} ${name}`),
  );
  await order({ group: forgotten.pid, mark: markOf("forgotten") });
  await order("clear");
  await order({ mark: markOf("marked $(x) 'y'") });
  await order({ group: led.pid });
  const ends = [marked, led].map((one) => once(one, "exit"));
  guardian.kill("SIGKILL");
  await Promise.all(ends);
  t.deepEqual([forgotten, free].map(isRunning), [true, true]);
  t.deepEqual(markedProcesses(markOf("free")), [free.pid]);
  killMarked(markOf("free"));
  killMarked(markOf("forgotten"));
  await Promise.all([free, forgotten].map(async (one) => isRunning(one) && once(one, "exit")));
  t.deepEqual(markedProcesses(markOf("free")), []);
});
