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
  const flags = Object.entries(space).filter(([, parameter]) => isFlag(parameter));
  const isPassed = words.some(
    (word) => word === macro("args") || word === macro("args_no_hyphens"),
  );
  if (isPassed && flags.length > 0) {
    const names = flags.map(([name]) => name).join(", ");
    tell(["command"], `${names} is given as true or false, where W&B gives True or False`);
  }
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

const textOf = (value: unknown): string =>
  isMapping(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);

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
