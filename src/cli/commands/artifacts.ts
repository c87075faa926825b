import { Command, Option } from "commander";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface ArtifactsOptions extends CommonOptions {
  readonly best?: boolean;
  readonly checkpoint?: boolean;
  readonly clean?: boolean;
  readonly keepBest: number;
  readonly yes?: boolean;
}

const HELP = `
The best trial's files:
  cp "$(hpo study artifacts NAME --best)"/checkpoints/model.pt .
The checkpoint that it wrote last:
  cp "$(hpo study artifacts NAME --checkpoint | tail -n 1)" .
Room on the disk: what would be removed, then remove it (what trials printed stays):
  hpo study artifacts NAME --clean --keep-best 5
  hpo study artifacts NAME --clean --keep-best 5 --yes`;

export const artifactsCommand = (): Command =>
  new Command("artifacts")
    .description("the files that trials keep in their folders")
    .argument("<name>", "the study's name")
    .argument("[number]", "a trial's number", integer(0))
    .option("--best", "print the path of the best trial's folder; of a front, a line each")
    .option(
      "--checkpoint",
      "print the paths of the best trial's checkpoint files, the newest last; of a front, of each",
    )
    .addOption(
      new Option("--clean", "remove the files of worse trials").conflicts(["best", "checkpoint"]),
    )
    .option("--keep-best <count>", "how many trials keep theirs", integer(0), 5)
    .option("--yes", "remove them, instead of showing what would be removed")
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (name: string, number: number | undefined, options: ArtifactsOptions) => {
      const { withView } = await import("../context.ts");
      const show = await import("../show/artifacts-report.ts");
      await withView(name, options, async (study) => {
        if (options.checkpoint) show.checkpoint(study, options);
        else if (options.best) show.best(study, options);
        else if (options.clean) show.cleaning(study, options);
        else if (number === undefined) show.all(study, options);
        else show.one(study, number, options);
      });
    });
