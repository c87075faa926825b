import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { folderProblem, type CommandPlan } from "./command-plan.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";

type NotStarted = Extract<CommandEnd, { kind: "notStarted" }>;

/** Why a command could not be started, and what to do. */
export function startFailure(
  plan: Pick<CommandPlan, "argv" | "cwd" | "env">,
  { message, code }: NotStarted,
): string {
  const what = `The command ${JSON.stringify(plan.argv[0])} could not be started: ${message}`;
  const folder = folderProblem(plan.cwd);
  if (folder !== undefined)
    return `${what}. Its folder ${plan.cwd} ${folder}. Create it or correct cwd.`;
  if (code === "ENOENT") return `${what}. ${missingProgram(plan)}`;
  if (code === "EACCES" && isFolder(resolve(plan.cwd, plan.argv[0]))) {
    return `${what}. It is a folder. Name the program in it.`;
  }
  if (code === "EACCES") {
    return `${what}. Make it executable (chmod +x), or name its interpreter: python3 ${plan.argv[0]}.`;
  }
  if (code === "E2BIG") return `${what}. ${tooLong(plan)}`;
  if (code === "ERR_INVALID_ARG_VALUE") {
    return `${what}. No argument and no variable of a program can hold a NUL character. Read such a parameter from {params_file} or HPO_PARAMS_FILE.`;
  }
  return `${what}. Correct the command.`;
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function missingProgram({
  argv: [program],
  cwd,
  env,
}: Pick<CommandPlan, "argv" | "cwd" | "env">): string {
  if (program.includes("/")) {
    const path = resolve(cwd, program);
    return existsSync(path)
      ? `${path} is there, and the interpreter that its first line names is not (a \\r at that line's end hides it). Install it or correct that line.`
      : `There is no ${path}. Install it or correct the command.`;
  }
  if (/^[A-Za-z_]\w*=/.test(program)) {
    return "It is a variable and no program: set it under env:, or write the command as one text.";
  }
  if (/\s/.test(program)) {
    return "It is one word with spaces in it: write each argument as an element of the list, or the command as one text.";
  }
  const path = "PATH" in env ? `, which the study sets to ${env["PATH"]}` : "";
  return `No folder of PATH${path} has it. Install it or correct the command.`;
}

function tooLong({ argv, env }: Pick<CommandPlan, "argv" | "env">): string {
  const sizes = [
    ...argv.map((text, at) => [at === 0 ? "its program" : `argument ${at}`, text] as const),
    ...Object.entries(env),
  ].map(([name, text]) => ({ name, bytes: Buffer.byteLength(text) }));
  const longest = sizes.reduce((most, one) => (one.bytes > most.bytes ? one : most));
  return (
    `It is too long for the system: ${longest.name} alone has ${longest.bytes} bytes, and Linux takes ` +
    "131071 of one argument and about 2 MiB of all. Pass the parameters by a file: {params_file}, or " +
    "HPO_PARAMS_FILE in the environment."
  );
}
