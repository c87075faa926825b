import { Command, Option } from "commander";
import { duration, jsonOption, storageOption } from "../options.ts";
import type { CheckFlags } from "../check/check-study.ts";

export const checkCommand = (): Command =>
  new Command("check")
    .description(
      "read a study file, show its first trials, or the next ones of a study that is stored, and run one; keeps nothing",
    )
    .argument("<file>", "the study file; FILE#NAME where it has several")
    .addOption(
      new Option("--timeout <time>", "stop the trial after this time, as 90s, 10m")
        .argParser(duration)
        .default(60_000, "60s"),
    )
    .option("--no-run", "run no trial")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (path: string, flags: CheckFlags & { readonly json?: boolean }) => {
      const { checkStudy } = await import("../check/check-study.ts");
      const { checkJson, checkLines } = await import("../check/check-report.ts");
      const { print, printJson } = await import("../output.ts");
      const check = await checkStudy(path, flags);
      if (flags.json) printJson(checkJson(check));
      else print(checkLines(check, path, flags.storage).join("\n"));
      if (!check.isWell) process.exitCode = 1;
      // An objective that was told to stop may hang in its thread: nothing waits for it.
      if (check.ran?.isTimeUp) process.exit();
    });
