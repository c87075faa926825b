import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { CommandPlan } from "../../runner/command/command-plan.ts";
import type { StudyFile } from "../../study-file/load-study-file.ts";
import { notice, type Finding, type SuggestedTrial } from "./check-result.ts";

/** What is suspicious about how a command passes parameters to its program. */
export function commandFindings(file: StudyFile, suggested: SuggestedTrial | undefined): Finding[] {
  if (!file.command || !suggested?.plan) return [];
  const scripts = scriptsOf(suggested.plan);
  return [
    ...unusedParameters(file, suggested, suggested.plan, scripts),
    ...flagFindings(suggested.plan.argv, scripts),
    ...literalFindings(suggested.plan.argv),
  ];
}

export interface Script {
  readonly path: string;
  readonly text: string;
}

/** Small enough to be a script. */
const LARGEST_SCRIPT = 1024 * 1024;

/** The scripts that a command names: as words, or as Python's modules behind -m. */
function scriptsOf({ argv, cwd }: Pick<CommandPlan, "argv" | "cwd">): Script[] {
  const words = argv.flatMap((word) => word.split(/\s+/));
  const paths = words.flatMap((word, at) => {
    if (words[at - 1] !== "-m") return [word];
    const module = word.replaceAll(".", "/");
    return [`${module}.py`, join(module, "__main__.py")];
  });
  return [...new Set(paths)]
    .map((path) => resolve(cwd, path))
    .filter(isReadable)
    .map((path) => ({ path, text: readFileSync(path, "latin1") }));
}

function isReadable(path: string): boolean {
  if (path.includes("\0") || !existsSync(path)) return false;
  const stat = statSync(path);
  return stat.isFile() && stat.size <= LARGEST_SCRIPT;
}

/** Parameters that stand in no placeholder, of a program that seems not to read HPO_PARAMS. */
function unusedParameters(
  file: StudyFile,
  { trial, directory }: SuggestedTrial,
  { argv, env }: CommandPlan,
  scripts: readonly Script[],
): Finding[] {
  if (!file.definition.space) return [];
  const { plan } = file.command!;
  const { number, seed, study, params } = trial;
  const shape = (given: typeof params): string | undefined => {
    try {
      const other = plan({ number, seed, study, params: given, directoryPath: directory });
      return JSON.stringify([other.argv, { ...other.env, HPO_PARAMS: "" }]);
    } catch (error) {
      // A piece that asks whether the parameter is true.
      if (error instanceof HpoError) return undefined;
      throw error;
    }
  };
  const before = shape(params);
  // What a placeholder takes changes the command.
  const unused = Object.keys(params).filter(
    (name) => shape({ ...params, [name]: "hpo-check" }) === before,
  );
  const texts = [...argv, ...scripts.map(({ text }) => text)];
  if (unused.length === 0 || texts.some((text) => READS_PARAMS.test(text))) return [];
  const names = unused.map((name) => `"${name}"`).join(", ");
  const them = unused.length === 1 ? "it" : "them";
  return [
    notice(
      `${names} ${unused.length === 1 ? "stands" : "stand"} in no placeholder of the command, and ${scripts.length > 0 ? "its script does not mention" : "it may not read"} ` +
        `HPO_PARAMS: then ${them} changes nothing. Add --${unused[0]} {${unused[0]}}, or read HPO_PARAMS` +
        `${"PYTHONPATH" in env ? "" : " in the program"}.`,
    ),
  ];
}

/** HPO_PARAMS by its name, or by the client in Python. */
const READS_PARAMS = /HPO_PARAMS|^\s*(?:import|from) hpo\b/m;

/** `--amp false` and `--amp=true`. */
const FLAG_WITH_VALUE = /(?<=^|\s)(--?[\w-]+)[\s=](true|false)(?=[\s"';|&)]|$)/gi;

/** Flags of argparse that take true and false for something else. */
export function flagFindings(argv: readonly string[], scripts: readonly Script[]): Finding[] {
  const line = argv.join(" ");
  return [...line.matchAll(FLAG_WITH_VALUE)].flatMap(([, flag, value]) =>
    scripts.flatMap(({ path, text }) => {
      const how = declarationOf(text, flag);
      const name = flag.replace(/^-+/, "");
      const remedy =
        `Declare add_argument("${flag}", action="store_true") and write {${name}?${flag}} in the ` +
        "command, or read HPO_PARAMS.";
      if (how === undefined) return [];
      const script = basename(path);
      return [
        notice(
          how === "bool"
            ? `${flag} is given ${value}, and argparse's type=bool in ${script} makes True of every text, of "false" too. ${remedy}`
            : `${flag} is given ${value}, and in ${script} it takes no value. Write {${name}?${flag}} in the command.`,
        ),
      ];
    }),
  );
}

/** What a script's add_argument says of a flag: `type=bool`, or that it takes no value. */
function declarationOf(text: string, flag: string): "bool" | "noValue" | undefined {
  for (const [, call] of text.matchAll(/add_argument\s*\(((?:[^()]|\([^()]*\))*)\)/g)) {
    const isIt = [`"${flag}"`, `'${flag}'`].some((name) => call.includes(name));
    if (isIt && /\btype\s*=\s*bool\b/.test(call)) return "bool";
    if (isIt && /\baction\s*=\s*["']store_(?:true|false)["']/.test(call)) return "noValue";
  }
  return undefined;
}

const SHELL = /(?:^|\/)(?:ba|z|da|k)?sh$/;

/** What a shell would put something for, where none runs. */
function literalFindings(argv: readonly string[]): Finding[] {
  if (SHELL.test(argv[0])) return [];
  return argv
    .filter((word) => /\$[A-Z_]{2,}\b|^~\//.test(word))
    .map((word) =>
      notice(
        `${JSON.stringify(word)} reaches the program as it is: no shell runs. Write the path itself, ` +
          "or run sh -c.",
      ),
    );
}
