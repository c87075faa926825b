import { Command } from "commander";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";
import type { Stream } from "../show/study-logs.ts";

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly lines?: number;
}

/** How much of the past is shown before what comes, if nothing else is asked for. */
const FOLLOW_LINES = 10;

export const logsCommand = (): Command =>
  new Command("logs")
    .description("what a trial printed, or print; also while the study runs elsewhere")
    .argument("<name>", "the study's name")
    .argument("[number]", "a trial's number; the last one that runs, or else that ran", integer(0))
    .option("-f, --follow", "go on with what comes, of all that run if no number is given")
    .option("--stdout", "only stdout")
    .option("--stderr", "only stderr")
    .option("--lines <count>", "only the last lines of each", integer(0))
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, number: number | undefined, options: LogsOptions) => {
      const { withView } = await import("../context.ts");
      const { print, printJson, printStyled, warn } = await import("../output.ts");
      const { visibleJson, visibleOutput } = await import("../visible.ts");
      const { followLogs, logLine, trialLog } = await import("../show/study-logs.ts");
      const streams: readonly Stream[] =
        options.stdout === options.stderr
          ? ["stdout", "stderr"]
          : options.stderr
            ? ["stderr"]
            : ["stdout"];
      await withView(name, options, async (study) => {
        if (options.follow) {
          const lines = options.lines ?? FOLLOW_LINES;
          for await (const line of followLogs(study, { number, streams, lines })) {
            printStyled(options.json ? visibleJson(line) : logLine(line));
          }
          return;
        }
        const { trial, files, output } = trialLog(study, { number, streams, lines: options.lines });
        if (options.json) {
          printJson({ number: trial.number, state: trial.state, files, ...output });
          return;
        }
        const { stdout = [], stderr = [] } = output;
        for (const line of stdout) print(visibleOutput(line));
        if (streams.length > 1 && stderr.length > 0) print(`--- stderr of trial ${trial.number}`);
        for (const line of stderr) print(visibleOutput(line));
        if (stdout.length + stderr.length > 0) return;
        const isEarly = trial.state === "running" && Object.keys(files).length === 0;
        warn(
          `Trial ${trial.number} (${trial.state}) has printed nothing${isEarly ? " that is kept before its end" : ""}.`,
        );
      });
    });
