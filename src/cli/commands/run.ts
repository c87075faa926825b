import { Command } from "commander";
import { withPartOptions, withRunOptions } from "../run-options.ts";
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
