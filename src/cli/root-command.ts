import { Command, CommanderError } from "commander";
import { reportError } from "./report-error.ts";
import { packageVersion } from "../system/package-version.ts";
import { visible } from "./visible.ts";

/** `hpo`, without its commands. */
export const rootCommand = (): Command =>
  new Command("hpo")
    .description("Hyperparameter optimisation for people who train models.")
    .version(packageVersion());

/** `hpo study`, without its commands. */
export const studyGroup = (): Command =>
  new Command("study").description("run studies, look at them, and steer them");

/** A command and all below it. */
export const allCommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(allCommands),
];

/** The program, once it has its commands: a wrong use is an error to be caught, told visibly. */
export function withErrors(program: Command): Command {
  for (const command of allCommands(program)) {
    command
      .showHelpAfterError(`(${pathOf(command)} --help shows what there is)`)
      .exitOverride()
      .configureOutput({ writeErr: (text) => void process.stderr.write(visible(text)) });
  }
  return program;
}

/** `hpo study show` */
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/**
 * Runs what these words call.
 * @returns the exit code: 0; 1 if what was asked for failed; 2 if it was asked for wrongly
 */
export async function runWords(program: Command, words: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    // commander has printed its own errors; help and version are no errors.
    return error instanceof CommanderError ? usageExit(error) : reportError(error);
  }
  return Number(process.exitCode ?? 0);
}

const usageExit = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : 2);
