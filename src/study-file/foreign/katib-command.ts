import { parse } from "yaml";
import type { StudyFileInput } from "../inline/inline-study.ts";
import { isMapping, numberGiven, tellWithoutProgram, type ForeignFile } from "./foreign-file.ts";

type Given = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\$\{trialParameters\.([\w-]+)\}/g;
/** In the place of the lines of a Go template that write each parameter. */
const EACH = "hpo-each-parameter";

/** The command of the container that trains, with its parameters as placeholders, and its variables. */
export function katibCommand(
  file: ForeignFile,
  spec: Given,
  parameters: readonly string[],
): Pick<StudyFileInput, "command" | "env"> {
  const template = isMapping(spec["trialTemplate"]) ? spec["trialTemplate"] : {};
  const place = ["spec", "trialTemplate"];
  const raw = isMapping(template["goTemplate"]) ? template["goTemplate"]["rawTemplate"] : undefined;
  const trial = typeof raw === "string" ? ofGoTemplate(raw) : template["trialSpec"];
  const container = containerIn(trial, template["primaryContainerName"]);
  if (!container) {
    file.tell(place, "no container was found in it: correct the command");
    return { command: usualCommand(parameters) };
  }
  const left = Object.keys(container).filter(
    (key) => !["name", "command", "args", "env", "imagePullPolicy"].includes(key),
  );
  const env = variablesOf(file, container["env"]);
  const replicas = replicasIn(trial);
  if (replicas > 1) {
    file.tell(
      place,
      `${replicas} replicas ran together: its command runs once here. Begin it with what starts so many ` +
        "processes, as torchrun --nproc-per-node",
    );
  }
  for (const key of left) {
    file.tell(
      place,
      `${key} of the container has no counterpart: hpo runs its command on this machine`,
    );
  }
  const references = referencesOf(template["trialParameters"]);
  const words = [...wordsOf(container["command"]), ...wordsOf(container["args"])];
  const unknown = new Set<string>();
  const filled = words.flatMap((word) => {
    if (word === EACH) return parameters.map((name) => `--${name}={${name}}`);
    return [
      literal(word).replace(PLACEHOLDER, (_, name: string) => {
        const reference = references.get(name) ?? name;
        if (!parameters.includes(reference)) unknown.add(reference);
        return `{${reference}}`;
      }),
    ];
  });
  for (const name of unknown) file.tell(place, `its command names ${name}, which no parameter is`);
  if (words.length === 0) {
    file.tell(place, "the container has no command of its own: write the one of its image");
    return { command: usualCommand(parameters), ...env };
  }
  tellWithoutProgram(file, place, filled);
  return { command: filled, ...env };
}

const usualCommand = (parameters: readonly string[]): string[] => [
  ...["python3", "train.py"],
  ...parameters.map((name) => `--${name}={${name}}`),
];

/** Variables with a value of their own; each program finds its parameters in HPO_PARAMS. */
function variablesOf({ tell }: ForeignFile, given: unknown): Pick<StudyFileInput, "env"> {
  const list = Array.isArray(given) ? given.filter(isMapping) : [];
  const env: Record<string, string> = {};
  for (const { name, value } of list) {
    if (typeof value === "string" && !value.includes("${trialParameters."))
      env[String(name)] = value;
    else {
      const message = `${String(name)} of its env has no value that stands there: HPO_PARAMS has the parameters`;
      tell(["spec", "trialTemplate"], message);
    }
  }
  return list.length > 0 && Object.keys(env).length > 0 ? { env } : {};
}

/** How many pods of a distributed job run together. */
function replicasIn(content: unknown): number {
  if (!isMapping(content) && !Array.isArray(content)) return 0;
  const own = isMapping(content) ? (numberGiven(content["replicas"]) ?? 0) : 0;
  const within: readonly unknown[] = Object.values(content);
  return within.reduce<number>((sum, one) => sum + replicasIn(one), own);
}

/** Braces that are no placeholder of Katib's. */
const literal = (text: string): string =>
  text
    .replace(/(?<!\$)\{([^{}\s"'|?]+)\}/g, "{{$1}}")
    .replace(/\$\{(?!trialParameters\.)([^{}]+)\}/g, "$${{$1}}");

const wordsOf = (given: unknown): string[] =>
  Array.isArray(given) ? given.map(String) : typeof given === "string" ? [given] : [];

function referencesOf(given: unknown): ReadonlyMap<string, string> {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const pairs = list.flatMap((one) => {
    const name = isMapping(one) ? one["name"] : undefined;
    const reference = isMapping(one) ? one["reference"] : undefined;
    const isPair = typeof name === "string" && typeof reference === "string";
    return isPair ? [[name, reference.replace(/^-+/, "")] as const] : [];
  });
  return new Map(pairs);
}

/** Of a template as Katib had it before v1beta1: its lines of Go are taken out. */
function ofGoTemplate(text: string): unknown {
  const lines = text
    .replace(/^(\s*)- "?\{\{\s*\.Name\s*\}\}=\{\{\s*\.Value\s*\}\}"?\s*$/gm, `$1- ${EACH}`)
    .split("\n")
    .filter((line) => !/^\s*\{\{-?.*\}\}\s*$/.test(line));
  try {
    return parse(lines.join("\n").replace(/\{\{.*?\}\}/g, "trial"));
  } catch {
    return undefined;
  }
}

/** The first container anywhere in a template, or the one of that name. */
function containerIn(content: unknown, name: unknown): Given | undefined {
  const all = containersIn(content);
  return all.find((one) => one["name"] === name) ?? all[0];
}

function containersIn(content: unknown): Given[] {
  if (Array.isArray(content)) return content.flatMap(containersIn);
  if (!isMapping(content)) return [];
  const { containers, ...rest } = content;
  const here = Array.isArray(containers) ? containers.filter(isMapping) : [];
  return [...here, ...Object.values(rest).flatMap(containersIn)];
}
