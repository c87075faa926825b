import { Command } from "commander";
import { eachGiven, integer, partForms } from "../options.ts";
import { withRunOptions } from "../run-options.ts";
import type { TuneFlags } from "../tune/tune.ts";

const HELP = `
Write the range of each parameter where its value goes:
  {lr:1e-5..1:log}            a number, searched by its logarithm
  {bs:16..512:int:log}        a whole number; :step=16 for steps
  {opt:adam|sgd}              a choice; quotes for what has | : } in it
  {amp?--amp}                 a flag, there or not; {amp?--amp|--no-amp}
  {amp?--level {level:1..3:int}}   a parameter that exists with the flag alone
  {lr}                        the same value once more;  {{lr}} the text {lr}
  {trial_seed} {trial_dir} {checkpoint_dir} {trial_number} {params_file}
The metric is found by its name in what the program prints: JSON, CSV, val_loss=0.4, val_loss: 0.4.

  hpo tune "python train.py --lr {lr:1e-5..1:log} {amp?--amp}" --minimize val_loss --trials 30
The same command line goes on with its study. --save study.yaml writes the study file it stands for.`;

export const tuneCommand = (): Command =>
  withRunOptions(
    new Command("tune")
      .description("run a study of any program from one line, without a study file")
      .argument("<command...>", "the command with its ranges, in quotes; or its words behind --")
      .option("--minimize <metric>", "what the program calls its metric", eachGiven)
      .option("--maximize <metric>", "the same; several metrics are searched together", eachGiven)
      .option("--metric-regex <pattern>", "find the metric by a pattern: loss=(?<value>\\S+)")
      .option("--metric-file <file>", "find it in a file of the trial's folder, CSV or JSON")
      .option("--step <name>", "what the program calls the step (default: epoch, step, iteration)")
      .option("--name <name>", "the study's name (default: the script's)")
      .option("--seed <number>", "another seed, other suggestions", integer(0))
      .option("--strategy <strategy>", `what searches: ${partForms("tpe, startTrials: 20")}`)
      .option("--pruner <pruner>", `stops hopeless trials: ${partForms("median, warmupSteps: 3")}`)
      .option("--shell", "run the command by /bin/sh: pipes, variables")
      .option("--save <file>", "write the study file that this stands for")
      .option("--no-run", "run nothing; print the study file, or save it"),
  )
    .addHelpText("after", HELP)
    .action(async (words: readonly string[], flags: TuneFlags) => {
      const { tune } = await import("../tune/tune.ts");
      process.exitCode = await tune(words, flags);
    });
