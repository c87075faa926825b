import { Command } from "commander";
import { integer } from "../options.ts";
import { withPartOptions, withRunOptions, withTrialOptions } from "../run-options.ts";
import type { ConfirmFlags } from "../confirm/confirm-study.ts";
import type { RunFlags } from "../run/run-flags.ts";

export const runCommand = (): Command =>
  withRunOptions(
    withPartOptions(
      new Command("run")
        .description("run a study file; on a study that exists, go on with it")
        .argument(
          "<file>",
          "the study file: TypeScript or JavaScript, FILE#NAME where it has several; or YAML or JSON around a command",
        )
        .option("--name <name>", "run it under another name"),
    ),
  ).action(async (file: string, flags: RunFlags) => {
    const { runFile } = await import("../run/run-study.ts");
    process.exitCode = await runFile(file, flags);
  });

export const resumeCommand = (): Command =>
  withRunOptions(
    withPartOptions(
      new Command("resume")
        .description(
          "go on with a study that hpo study run started, from the file and with the flags that it remembers",
        )
        .argument("<name>", "the study's name"),
    ),
  ).action(async (name: string, flags: RunFlags) => {
    const { resumeByName } = await import("../run/resume-study.ts");
    process.exitCode = await resumeByName(name, flags);
  });

const CONFIRM_HELP = `
The best of many noisy trials was also lucky. This runs the best settings again, each on seeds
(trial.seed, HPO_TRIAL_SEED, {trial_seed}) that no trial had, in a study NAME-confirm beside it, and
says which to take. Run it again to go on, or with more --top or --seeds to add what is missing.`;

export const confirmCommand = (): Command =>
  withTrialOptions(
    new Command("confirm")
      .description("run the best settings again on fresh seeds, and say which to take")
      .argument("<name>", "the study's name; hpo study run has run it")
      .option("--top <count>", "how many settings, the best ones", integer(1), 5)
      .option("--seeds <count>", "how often each runs", integer(1), 3),
  )
    .addHelpText("after", CONFIRM_HELP)
    .action(async (name: string, flags: ConfirmFlags) => {
      const { confirmStudy } = await import("../confirm/confirm-study.ts");
      process.exitCode = await confirmStudy(name, flags);
    });
