import { Command } from "commander";
import { HpoError } from "../src/errors/errors.ts";
import { strategies } from "../strategies/index.ts";
import { benchCompareCommand, type CompareFlags } from "./compare/compare-command.ts";
import { epochsCommand, TRAINING_SUITES, type EpochsFlags } from "./epochs/epochs-command.ts";
import { OPTUNA_TUNERS } from "./epochs/optuna-tuners.ts";
import { TUNER_EXAMPLES, USUAL_TUNERS } from "./epochs/tuners.ts";
import { OPTUNA_SAMPLERS } from "./peers/optuna.ts";
import { setupPeers } from "./peers/setup.ts";
import { SUITES } from "./compare/suites.ts";
import { ratesCommand, type RatesFlags } from "./tables/rates-command.ts";

const program = new Command("bench")
  .description("Compares strategies with each other and with Optuna's samplers.")
  .showHelpAfterError();

program
  .command("compare")
  .description("Runs strategies and peers on the same problems and prints the tables.")
  .option(
    "--suites <names>",
    `of ${SUITES.map(({ name }) => name).join(", ")}`,
    "analytic,diverging",
  )
  .option("--strategies <names>", "ours, or none", Object.keys(strategies).join(","))
  .option("--peers <names>", `optuna:${OPTUNA_SAMPLERS.join(", optuna:")}`, "")
  .option("--trials <count>", "per run", "100")
  .option("--seeds <seeds>", "a count (10), a range (0-9) or a list (3,5)", "10")
  .option("--tasks <globs>", "only tasks with these names")
  .option("--workers <count>", "trials under way at a time", "1")
  .option("--data <dir>", "the folder of published data (bench/README.md)")
  .option("--json <file>", "write every run's curve")
  .option("--report <file>", "write a page with tables and curves")
  .option("--fresh-peers", "run peers anew instead of using kept curves")
  .option("--time", "run peers anew, so that times may be compared")
  .action((flags: CompareFlags) => benchCompareCommand(flags));

program
  .command("epochs")
  .description("Compares strategies with pruners by the epochs that they spend.")
  .option("--suites <names>", `of ${TRAINING_SUITES.map(({ name }) => name).join(", ")}`)
  .option("--tuners <names>", `ours, strategy+pruner: ${TUNER_EXAMPLES}; or none`, USUAL_TUNERS)
  .option("--peers <names>", OPTUNA_TUNERS.join(", "), "")
  .option("--trainings <count>", "the budget per run, in full trainings", "20")
  .option("--seeds <seeds>", "a count (10), a range (0-9) or a list (3,5)", "10")
  .option("--tasks <globs>", "only tasks with these names")
  .option("--workers <count>", "trials that train at the same time", "1")
  .option("--data <dir>", "the folder of published data (bench/README.md)")
  .option("--json <file>", "write every run's curve")
  .option("--fresh-peers", "run peers anew instead of using kept curves")
  .action((flags: EpochsFlags) => epochsCommand(flags));

program
  .command("rates")
  .description(
    "Compares hpo scale's answers from the tables with trainings at the largest batch size.",
  )
  .option("--tasks <globs>", "only tables with these names", "judging/*")
  .option("--draws <count>", "of 40 settings, of each table", "3")
  .action((flags: RatesFlags) => ratesCommand(flags));

program
  .command("setup-peers")
  .description("Makes a Python with the peers' packages in .bench/venv (needs python3 and pip).")
  .option("--samplers <names>", "only what these need", OPTUNA_SAMPLERS.join(","))
  .action(({ samplers }: { samplers: string }) => setupPeers(samplers));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof HpoError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
