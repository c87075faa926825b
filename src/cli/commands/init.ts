import { Argument, Command, Option } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface InitOptions extends CommonOptions {
  readonly force?: boolean;
  readonly fromStudy?: string;
  readonly from?: string;
  readonly out?: string;
}

export const initCommand = (): Command =>
  new Command("init")
    .description(
      "write a starter study that runs, or a study file from a stored study, a sweep or an experiment",
    )
    .addArgument(new Argument("[language]").choices(["ts", "python"]))
    .addOption(
      new Option(
        "--from-study <name>",
        "write study.yaml with the space of a stored study, of hpo or of Optuna",
      ),
    )
    .option("--from <file>", "write study.yaml from a W&B sweep, or a Katib experiment")
    .option(
      "-o, --out <file>",
      "of --from and --from-study: the file to write; study.yaml if left out",
    )
    .option("--force", "overwrite files that exist")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(
      async (language: "ts" | "python" | undefined, options: InitOptions, command: Command) => {
        const { writeFromForeign, writeStarter, writeStudyFile } = await import("../starter.ts");
        const { fromStudy, from } = options;
        if ([language, fromStudy, from].filter((one) => one !== undefined).length !== 1) {
          command.error("error: give one of ts, python, --from FILE, --from-study NAME");
        }
        if (language !== undefined && options.out !== undefined) {
          command.error(
            "error: --out goes with --from and --from-study: a starter has files of fixed names",
          );
        }
        if (from !== undefined) await writeFromForeign(from, options);
        else if (fromStudy !== undefined) await writeStudyFile(fromStudy, options);
        else await writeStarter(language!, options);
      },
    );
