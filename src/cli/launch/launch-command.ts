import { Command, Option } from "commander";
import type { Launcher } from "./launcher.ts";
import { launchers } from "./launchers.ts";
import type { LaunchFlags } from "./work-job.ts";
import { duration, integer } from "../options.ts";

const HELP = `
The coordinator runs first, where the workers reach it: hpo study serve study.yaml --listen 0.0.0.0:8443 …
  hpo study token create resnet > hpo-token
  hpo launch slurm study.yaml -n 16 --gpus 1 --url https://head:8443/resnet > resnet.sh
  hpo launch slurm study.yaml -n 16 --gpus 1 --url https://head:8443/resnet --submit
What follows -- goes to hpo study work: -- --trials-per-device 2`;

const oneLauncher = (launcher: Launcher): Command => {
  const { name, description, options, place, submit } = launcher;
  const command = new Command(name)
    .description(description)
    .argument("<study>", "the study file, as the workers' folder has it; FILE#NAME of several")
    .argument("[work...]", "behind --: what more hpo study work is told")
    .option("-n, --workers <count>", "how many trials run at once", integer(1), 1)
    .option("--gpus <count>", "GPUs for each; 0: none", integer(0), 0)
    .option("--cpus <count>", "cores for each", integer(1))
    .option("--memory <size>", "for each, as 32GiB")
    .option("--url <url>", "of the coordinator, as hpo study serve prints it")
    .addOption(
      new Option(
        "--grace <time>",
        "how long a worker has from SIGTERM to its end; 30 s before, it hands its trials back",
      )
        .argParser(duration)
        .default(120_000, "2m"),
    );
  if (!place) {
    command
      .option("--token-file <file>", "holds the token, there (default: hpo-token)")
      .option("--folder <folder>", "where the workers find the study (default: this one)")
      .option("--hpo <path>", "the program, there (default: this folder's own, or hpo)");
  }
  for (const option of options) command.addOption(option);
  if (submit) command.option("--submit", `print it, and give it to ${submit.join(" ")}`);
  return command.action(async (study: string, words: string[], flags: LaunchFlags) => {
    const { launch } = await import("./launch.ts");
    await launch(launcher, study, flags, words);
  });
};

export const launchCommand = (): Command => {
  const command = new Command("launch")
    .description("print the script or manifest by which a cluster starts workers of a study")
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", HELP);
  for (const launcher of launchers) command.addCommand(oneLauncher(launcher));
  return command;
};
