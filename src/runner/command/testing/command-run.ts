import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../../../contracts/objective.ts";
import { commandRunner, type CommandOptions } from "../command-runner.ts";
import { recorder, type Recorder, type RecorderOptions } from "../../fixtures/host-trial.ts";

export const programPath = fileURLToPath(new URL("../../fixtures/program.js", import.meta.url));
export const argvOf = (...args: string[]): string[] => [process.execPath, programPath, ...args];

export interface CommandRun extends Recorder {
  readonly outcome: Outcome;
}

/** Runs one trial by the command, to its end. @param meanwhile what happens while it runs */
export async function ran(
  options: CommandOptions,
  trialOptions?: RecorderOptions,
  meanwhile?: (trial: Recorder) => Promise<void> | void,
): Promise<CommandRun> {
  const runner = commandRunner(options);
  const made = recorder(trialOptions);
  const ending = runner.run(made.trial);
  await meanwhile?.(made);
  const outcome = await ending;
  await runner.close();
  return { ...made, outcome };
}

/** Whether a process of this number is there, a zombie too. */
export function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process stays a little while; ava's timeout ends this if it stays for good. */
export async function untilGone(pid: number): Promise<void> {
  while (hasPid(pid)) await sleep(5);
}
