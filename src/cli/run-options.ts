import { Option, type Command } from "commander";
import { withDeviceOptions } from "./device-options.ts";
import {
  eachGiven,
  duration,
  integer,
  jsonOption,
  integerOption,
  partForms,
  storageOption,
} from "./options.ts";
import { NUMBERS } from "../errors/number-kinds.ts";

/** Who is told of a study that runs. */
export const withNotify = (command: Command): Command =>
  command.option(
    "--notify <receiver>",
    "a URL or a program that is told of a new best, the end and a stop for errors; '$NAME' for a variable's",
  );

/** What trials keep of their files. */
export const withFileLimits = (command: Command): Command =>
  command
    .option(
      "--keep-best <count>",
      "only so many of the best trials keep their files, but for what they printed",
      integer(1),
    )
    .option(
      "--artifacts-limit <size>",
      "as 20GiB: where trials keep more, the worst lose their files; never the best",
    );

const withEnd = (command: Command): Command =>
  withNotify(withFileLimits(command))
    .option("--trials <count>", "how many trials the study is to have in all", integer(0))
    .option(
      "--until <rule>",
      "when it has had enough, in place of the file's until; again for more: noImprovement=20, " +
        "targetValue=0.1, timeBudget=3600 (seconds), regretBound or regretBound=0.01, maxTrials=100",
      eachGiven,
    );

const withLimits = (command: Command): Command =>
  command
    .option("--workers <count>", "trials at once", integerOption(NUMBERS.workers))
    .option("--timeout <time>", "start no trial after this time, as 90s, 10m, 2h", duration)
    .option(
      "--trial-timeout <time>",
      "stop a trial that runs longer; it fails as timeout",
      duration,
    )
    .option("--silence <time>", "stop a trial that says nothing for so long", duration)
    .option("--memory-limit <size>", "kill a trial that holds more, as 512MB, 4GiB")
    .addOption(
      new Option(
        "--isolation <kind>",
        "what trials of a module run in; auto: processes where limits, devices or native code need them",
      ).choices(["thread", "process", "auto"]),
    )
    .option(
      "--drain <time>",
      "after a signal, hand back trials that still run after this time (default: wait for them)",
      duration,
    );

/** What goes over what a study file says. */
export const withPartOptions = (command: Command): Command =>
  command
    .option("--seed <number>", "instead of the file's seed", integer(0))
    .option(
      "--strategy <strategy>",
      `instead of the file's strategy: ${partForms("tpe, startTrials: 20")}`,
    )
    .option(
      "--pruner <pruner>",
      `instead of the file's pruner: ${partForms("median, warmupSteps: 3")}`,
    );

/** What every command takes that runs trials. */
export const withTrialOptions = (command: Command): Command =>
  withDeviceOptions(withLimits(command))
    .option("--quiet", "print only the result")
    .addOption(storageOption())
    .addOption(jsonOption());

/** The same, where it goes on until the study has enough. */
export const withRunOptions = (command: Command): Command => withTrialOptions(withEnd(command));
