import { Command } from "commander";
import { withDeviceOptions } from "../device-options.ts";
import { NUMBERS } from "../../errors/number-kinds.ts";
import { duration, integer, integerOption } from "../options.ts";
import { drainWay } from "./drain.ts";
import type { WorkFlags } from "./work-flags.ts";

export const workCommand = (): Command =>
  withDeviceOptions(
    new Command("work")
      .description("run trials of a study that is served elsewhere (HPO_TOKEN, HPO_TOKEN_FILE)")
      .argument(
        "<url>",
        "as hpo study serve prints it: http://HOST:PORT/NAME; or a database's: postgres://HOST/DATABASE",
      ),
  )
    .option(
      "--file <file>",
      "this machine's copy of the study file; FILE#NAME where it has several",
    )
    .option("--workers <count>", "trials at once", integerOption(NUMBERS.workers))
    .option(
      "--trials <count>",
      "on a database: how many trials the study is to have in all (default: as it was run before, " +
        "else as its file says)",
      integer(0),
    )
    .option("--max-trials <count>", "end after so many trials", integer(1))
    .option("--idle-exit <time>", "end when there was no trial for so long", duration)
    .option(
      "--drain <way>",
      "after a signal, what becomes of running trials: finish; checkpoint (stopped with their grace " +
        "to save one, and handed back); now (handed back at once); or a time: finish, then checkpoint",
      drainWay,
      "finish",
    )
    .option(
      "--lease <time>",
      "on a database: after what silence a worker's trials may be given to others; the same on all " +
        "machines (default: 1m)",
      duration,
    )
    .option("--artifacts <folder>", "where trials keep their files on this machine")
    .option("--quiet", "print only what is wrong")
    .option("--json", "a line of JSON for each trial that ended, and one for why the work ended")
    .action(async (url: string, flags: WorkFlags) => {
      const { workOn } = await import("./work-study.ts");
      process.exitCode = await workOn(url, flags);
    });
