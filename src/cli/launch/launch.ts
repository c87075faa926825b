import { spawnSync } from "node:child_process";
import { HpoError } from "../../errors/errors.ts";
import { printStyled, warn } from "../output.ts";
import { jobOfFlags } from "./job-of-flags.ts";
import type { Launcher } from "./launcher.ts";
import type { LaunchFlags } from "./work-job.ts";

/**
 * Prints what starts the workers, and submits it where that is asked for.
 * @param words what more `hpo study work` is told
 */
export async function launch(
  launcher: Launcher,
  file: string,
  flags: LaunchFlags,
  words: readonly string[],
): Promise<void> {
  const job = await jobOfFlags(file, flags, words, launcher.place);
  const text = await launcher.write(job, flags);
  for (const note of job.notes) warn(note);
  // No text of a job has control characters, and what is printed must be what runs.
  printStyled(text);
  if (flags.submit && launcher.submit) submit(launcher.submit, text);
}

function submit([program, ...args]: readonly [string, ...string[]], text: string): void {
  const line = [program, ...args].join(" ");
  warn(`runs: ${line}, with this on its stdin`);
  const { status, error } = spawnSync(program, args, {
    input: `${text}\n`,
    stdio: ["pipe", "inherit", "inherit"],
  });
  if (error) {
    throw new HpoError(
      `--submit: ${line} can't be run: ${error.message}. Run this where ${program} is, or without --submit.`,
    );
  }
  if (status !== 0)
    throw new HpoError(`--submit: ${line} ended with ${status}. It said why above.`);
}
