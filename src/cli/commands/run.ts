import { Command, Option } from "commander";
import { withDeviceOptions } from "../device-options.ts";
import { duration, integer, jsonOption, storageOption } from "../options.ts";
import type { RunFlags } from "../run/run-study.ts";

const withLimits = (command: Command): Command =>
  command
    .option("--trials <count>", "how many trials the study is to have in all", integer(0))
    .option("--workers <count>", "trials at once", integer(1))
    .option("--timeout <time>", "start no trial after this time, as 90s, 10m, 2h", duration)
    .option(
      "--trial-timeout <time>",
      "stop a trial that runs longer; it fails as timeout",
      duration,
    )
    .option("--silence <time>", "stop a trial that says nothing for so long", duration)
    .option("--memory-limit <size>", "kill a trial that holds more, as 512MB, 4GiB")
    .addOption(
      new Option(
        "--isolation <kind>",
        "what trials of a module run in; auto: processes where limits, devices or native code need them",
      ).choices(["thread", "process", "auto"]),
    )
    .option(
      "--drain <time>",
      "after a signal, hand back trials that still run after this time (default: wait for them)",
      duration,
    );

const withRunOptions = (command: Command): Command =>
  withDeviceOptions(withLimits(command))
    .option("--quiet", "print only the result")
    .addOption(storageOption())
    .addOption(jsonOption());

export const runCommand = (): Command =>
  withRunOptions(
    new Command("run")
      .description("run a study file; on a study that exists, go on with it")
      .argument(
        "<file>",
        "the study file: TypeScript or JavaScript, FILE#NAME where it has several; or YAML or JSON around a command",
      )
      .option("--name <name>", "run it under another name")
      .option("--seed <number>", "instead of the file's seed", integer(0))
      .option("--strategy <name>", "instead of the file's strategy"),
  ).action(async (file: string, flags: RunFlags) => {
    const { runFile } = await import("../run/run-study.ts");
    process.exitCode = await runFile(file, flags);
  });

export const resumeCommand = (): Command =>
  withRunOptions(
    new Command("resume")
      .description("go on with a study that hpo study run started, from the file it remembers")
      .argument("<name>", "the study's name"),
  ).action(async (name: string, flags: RunFlags) => {
    const { resumeByName } = await import("../run/run-study.ts");
    process.exitCode = await resumeByName(name, flags);
  });
