import { Command } from "commander";
import type { HttpStorage } from "../../../workers/http-storage.ts";
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
      for (;;) {
        const status = await read(name, options);
        if (options.json) printJson(status);
        else print(statusLines(status).join("\n"));
        const { running, waiting } = status.trials;
        if (!options.watch || running + waiting === 0) return;
        await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
        if (!options.json) print("");
      }
    });

async function read(given: string, options: CommonOptions) {
  const { withView } = await import("../../context.ts");
  const { studyStatus, workersOf } = await import("../../../workers/study-status.ts");
  return withView(given, options, async (view) => {
    const { name, storage, counts, finished } = view;
    const running = view.trials("running").filter((trial) => trial.state === "running");
    const study = { name, counts, finished, running };
    const signs = await storage.readSigns(workersOf(study).map(({ worker }) => worker));
    const present = "present" in storage ? await (storage as HttpStorage).present(name) : undefined;
    return studyStatus(study, { signs, present }, new Date());
  });
}
