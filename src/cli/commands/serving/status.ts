import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../../options.ts";

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

const WATCH_MS = 2000;

export const statusCommand = (): Command =>
  new Command("status")
    .description("who runs a study's trials now, how fast it goes, and what was lost")
    .argument("<name>", "the study's name")
    .option("--watch", "again every two seconds, until nothing runs or waits")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: StatusOptions) => {
      const { printJson, print } = await import("../../output.ts");
      const { statusLines } = await import("../../show/status-lines.ts");
      const { statusOf } = await import("../../show/status-of.ts");
      const { withView } = await import("../../context.ts");
      for (;;) {
        const status = await withView(name, options, statusOf);
        if (options.json) printJson(status);
        else print(statusLines(status).join("\n"));
        const { running, waiting } = status.trials;
        const isDone = running - status.interrupted + waiting + status.idle === 0;
        if (!options.watch || isDone) return;
        await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
        if (!options.json) print("");
      }
    });
