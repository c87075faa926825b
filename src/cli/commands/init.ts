import { Argument, Command, Option } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface InitOptions extends CommonOptions {
  readonly force?: boolean;
  readonly fromStudy?: string;
}

export const initCommand = (): Command =>
  new Command("init")
    .description("write a starter study that runs, or a study file from a stored study")
    .addArgument(new Argument("[language]").choices(["ts", "python"]))
    .addOption(
      new Option(
        "--from-study <name>",
        "write study.yaml with the space of a stored study, of hpo or of Optuna",
      ),
    )
    .option("--force", "overwrite files that exist")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(
      async (language: "ts" | "python" | undefined, options: InitOptions, command: Command) => {
        const { writeStarter, writeStudyFile } = await import("../starter.ts");
        const { fromStudy } = options;
        if ((language === undefined) === (fromStudy === undefined)) {
          command.error("error: give ts, python or --from-study NAME");
        }
        if (fromStudy !== undefined) await writeStudyFile(fromStudy, options);
        else await writeStarter(language!, options);
      },
    );
