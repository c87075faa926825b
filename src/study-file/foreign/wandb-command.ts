import type { ParameterContent } from "../study-file-schema.ts";
import { isMapping, tellWithoutProgram, type ForeignFile } from "./foreign-file.ts";

type Space = Readonly<Record<string, ParameterContent>>;
type Constants = Readonly<Record<string, unknown>>;

// `$`, then braces: written apart, as the linter takes them for a template.
const macro = (name: string): string => `$\{${name}}`;

const DEFAULT = ["env", "interpreter", "program", "args"].map(macro);

/** The command of a sweep, whose words stand for parameters as W&B's macros say. */
export function wandbCommand(file: ForeignFile, space: Space, constants: Constants): string[] {
  const { content, tell } = file;
  const given = content["command"];
  const words = Array.isArray(given) ? given.map(String) : DEFAULT;
  const program = typeof content["program"] === "string" ? content["program"] : undefined;
  if (program === undefined && words.includes(macro("program"))) {
    tell(["program"], "there is none: correct train.py in the command");
  }
  tellSpelling(file, space, words);
  if (!words.some((word) => word.startsWith("${args"))) {
    tell(
      ["command"],
      "it names no parameter: the program finds them in HPO_PARAMS, or by the Python client",
    );
  }
  const replace = (word: string, at: number): string[] => {
    switch (word) {
      case macro("env"):
        return [];
      case macro("interpreter"):
        return ["python"];
      case macro("program"):
        return [program ?? "train.py"];
      case macro("args"):
        return argumentsOf(space, constants, (name, value) => [`--${name}=${value}`]);
      case macro("args_no_equals"):
        return argumentsOf(space, constants, (name, value) => [`--${name}`, value]);
      case macro("args_no_hyphens"):
        return argumentsOf(space, constants, (name, value) => [`${name}=${value}`]);
      case macro("args_no_boolean_flags"):
        return flagged(space, constants);
      case macro("args_json_file"):
        return [constantsTold(file, at, constants, "{params_file}")];
      case macro("args_json"):
        tell(
          ["command", at],
          "JSON of all parameters is no argument here: {params_file} is a file with it",
        );
        return [constantsTold(file, at, constants, "{params_file}")];
      default:
        return [otherWord(file, word, at)];
    }
  };
  const command = words.flatMap(replace);
  tellWithoutProgram(file, ["command"], command);
  return command;
}

/** What Python spells otherwise is given to the program as JSON spells it. */
function tellSpelling({ tell }: ForeignFile, space: Space, words: readonly string[]): void {
  const macros = ["args", "args_no_equals", "args_no_hyphens", "args_no_boolean_flags"];
  const macroUsed = macros.find((name) => words.includes(macro(name)));
  if (macroUsed === undefined) return;
  for (const [name, parameter] of Object.entries(space)) {
    if (parameter.type !== "categorical") continue;
    if (isFlag(parameter) && macroUsed === "args_no_boolean_flags") continue;
    const spelled = parameter.choices.filter((choice) => PYTHON.has(choice));
    if (spelled.length === 0) continue;
    const [here, there] = [spelled.map(String), spelled.map(textOf)].map((all) => all.join(" or "));
    tell(["command"], `${name} is given as ${here}, where W&B gives ${there}`);
  }
}

const isFlag = (parameter: ParameterContent): boolean =>
  parameter.type === "categorical" &&
  parameter.choices.every((choice) => typeof choice === "boolean");

function argumentsOf(
  space: Space,
  constants: Constants,
  write: (name: string, value: string) => string[],
): string[] {
  return [
    ...Object.entries(constants).flatMap(([name, value]) => write(name, literal(textOf(value)))),
    ...Object.keys(space).flatMap((name) => write(name, `{${name}}`)),
  ];
}

function flagged(space: Space, constants: Constants): string[] {
  const fixed = Object.entries(constants).flatMap(([name, value]) => {
    if (typeof value === "boolean") return value ? [`--${name}`] : [];
    return [`--${name}=${literal(textOf(value))}`];
  });
  const searched = Object.entries(space).map(([name, parameter]) =>
    isFlag(parameter) ? `{${name}?--${name}}` : `--${name}={${name}}`,
  );
  return [...fixed, ...searched];
}

const PYTHON: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [null, "None"],
  [true, "True"],
  [false, "False"],
]);

/** As W&B writes it, which is as Python does. */
const textOf = (value: unknown): string =>
  isMapping(value) || Array.isArray(value)
    ? JSON.stringify(value)
    : (PYTHON.get(value) ?? String(value));

/** Braces that are no placeholder's. */
const literal = (text: string): string => text.replace(/\{([^{}\s"'|?]+)\}/g, "{{$1}}");

function constantsTold(file: ForeignFile, at: number, constants: Constants, word: string): string {
  const names = Object.keys(constants);
  if (names.length > 0) {
    file.tell(["command", at], `the constants ${names.join(", ")} do not stand in the file`);
  }
  return word;
}

/** `${envvar:NAME}`, and what is another program's, as Hydra's `${now:%Y}`. */
function otherWord({ tell }: ForeignFile, word: string, at: number): string {
  const variable = /\$\{envvar:(\w+)\}/.exec(word)?.[1];
  if (variable !== undefined) {
    tell(["command", at], `no variable is put for ${variable} here: write its value`);
  }
  return literal(word);
}
