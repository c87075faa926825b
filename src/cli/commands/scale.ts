import { Command, Option } from "commander";
import { jsonOption, numberOption, storageOption } from "../options.ts";
import { NOISE_SCALE, RATE, SIZE } from "../scale/scale-numbers.ts";
import type { ScaleCommandOptions } from "../scale/scale-request.ts";

const HELP = `
From trials, of a study or a CSV file (lr, batch_size, value; steps or samples if known):
  hpo scale --from-study digits --batch 2048
  hpo scale --from-csv runs.csv --batch 2048 --direction maximize
From one learning rate that is known to be good:
  hpo scale --lr 3e-4 --from-batch 256 --noise-scale 1200 --batch 2048
For a wider, deeper or longer training (trials of several widths teach how the rate moves with it):
  hpo scale --from-study small --from-width 256 --to-width 1024 --parametrization mup
  hpo scale --from-csv runs.csv --to-width 1024 --to-samples 1e9

--json prints
  { batchSize, learningRate, interval: [low, high],  the 90 % interval
    size: { width, depth, samples },                 as asked for by --to-…
    beside: { momentum, … },                         where it holds, of what was searched beside
    law: { kind, … }, reason,                        the law of the least BIC, and why it leads
    laws: [{ law, bic, learningRate }],              all that were compared, least BIC first
    rules: { linear, squareRoot, constant },         from the nearest batch size tried
    notes: [text] }                                  what to doubt, what was left out`;

export const scaleCommand = (): Command =>
  new Command("scale")
    .description("the learning rate for another batch size or network, with its 90 % interval")
    .option(
      "--batch <size>",
      "the batch size that a learning rate is wanted for",
      numberOption(SIZE),
    )
    .option("--from-study <name>", "learn from the trials of a study")
    .option("--from-csv <file>", "learn from the rows of a CSV file")
    .option("--lr <rate>", "go from this known-good learning rate", numberOption(RATE))
    .option("--from-batch <size>", "the batch size of --lr", numberOption(SIZE))
    .option(
      "--noise-scale <size>",
      "the gradient noise scale of its run, if measured",
      numberOption(NOISE_SCALE),
    )
    .option("--to-width <neurons>", "of the network that it is wanted for", numberOption(SIZE))
    .option("--to-depth <layers>", "of the network that it is wanted for", numberOption(SIZE))
    .option(
      "--to-samples <count>",
      "examples or tokens of the run that it is wanted for",
      numberOption(SIZE),
    )
    .option("--from-width <neurons>", "of the trials, where they don't say it", numberOption(SIZE))
    .option("--from-depth <layers>", "of the trials, where they don't say it", numberOption(SIZE))
    .option("--from-samples <count>", "of the trials, where they don't say it", numberOption(SIZE))
    .addOption(
      new Option(
        "--parametrization <kind>",
        "how the width is set: one rate for all layers, or muP (default: standard)",
      ).choices(["standard", "mup"]),
    )
    .option("--lr-param <name>", "the learning rate's parameter or column, if not guessed")
    .option("--batch-param <name>", "the batch size's parameter or column, if not guessed")
    .option("--width-param <name>", "the width's parameter or column, if not guessed")
    .option("--depth-param <name>", "the depth's parameter or column, if not guessed")
    .option("--samples-param <name>", "the samples' parameter or column, if not guessed")
    .option("--metric <name>", "the study's metric, or the CSV file's column (default: value)")
    .addOption(
      new Option("--direction <direction>", "of the CSV file's values (default: minimize)").choices(
        ["minimize", "maximize"],
      ),
    )
    .addOption(
      new Option("--budget <budget>", "what all runs had in common").choices(["steps", "samples"]),
    )
    .addOption(
      new Option("--optimizer <family>", "what trained the runs (other: as Adam)")
        .choices(["sgd", "heavyBall", "adam", "rmsProp", "lion", "sign", "other"])
        .default("other"),
    )
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (options: ScaleCommandOptions, command: Command) => {
      const { scaleRequest } = await import("../scale/scale-request.ts");
      const { UsageError } = await import("../usage-error.ts");
      const { recommend, recommendationJson, recommendationText } =
        await import("../scale/scale.ts");
      const { print, printJson } = await import("../output.ts");
      try {
        const answer = await recommend(scaleRequest(options));
        if (options.json) printJson(recommendationJson(answer));
        else print(recommendationText(answer));
      } catch (error) {
        if (error instanceof UsageError) command.error(`error: ${error.message}`);
        throw error;
      }
    });
