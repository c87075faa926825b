import { isMap, isScalar, type Document, type LineCounter } from "yaml";
import type { z } from "../vendor/zod.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import { problemText, placedValue } from "../errors/schema-problems.ts";
import { shown } from "../errors/shown.ts";
import { partHint } from "../study/strategy-registry.ts";
import type { JsonSchema } from "./study-file-schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A study file as it was read: for saying where in it something is wrong. */
export interface SourceFile {
  /** Without one it is no file, and its lines are nobody's. */
  readonly path?: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** An error that says where in a study file it is. */
export class StudyFileError extends HpoError {}

/** `study.yaml:7:5: ` and the place's name, of a value or, if so told, of its key. */
function placeInFile(file: SourceFile, keys: Path, ofKey = false): string {
  const { document, lines, path } = file;
  if (path === undefined) return nameOf(keys);
  for (let length = keys.length; length >= 0; length--) {
    const start = startOf(document, keys.slice(0, length), ofKey && length === keys.length);
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return `${path}:${line}:${col}: ${nameOf(keys)}`;
  }
  return `${path}: ${nameOf(keys)}`;
}

const nameOf = (keys: Path): string => keys.map(String).join(".") || "the file";

function startOf(document: Document, keys: Path, ofKey: boolean): number | undefined {
  const parent: unknown = document.getIn(keys.slice(0, -1), true);
  if (ofKey && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1));
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  const node = document.getIn(keys, true) as { range?: [number] } | undefined;
  return node?.range?.[0];
}

/** Runs `work`; what it throws for the user is said to be at that place of the file. */
export function at<Result>(file: SourceFile, keys: Path, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw placed(file, keys, error);
  }
}

/** As `at`, of what takes time. */
export const atAsync = <Result>(
  file: SourceFile,
  keys: Path,
  work: () => Promise<Result>,
): Promise<Result> =>
  work().catch((error: unknown) => {
    throw placed(file, keys, error);
  });

function placed(file: SourceFile, keys: Path, error: unknown): unknown {
  // What has a place has a better one.
  if (!(error instanceof HpoError) || error instanceof StudyFileError) return error;
  const [name, place, { message }] = [nameOf(keys), placeInFile(file, keys), error];
  // Some messages name the place themselves: `devices: "x" is no device`, `memoryPerTrial="x" must be …`.
  const isNamed = message.startsWith(`${name}: `) || message.startsWith(`${name}=`);
  const where = isNamed ? place.slice(0, -name.length) : `${place}: `;
  return new StudyFileError(where + message, { cause: error });
}

/** What is wrong, a line each: where, what was given, and what could stand there. */
export function problemLines(
  file: SourceFile,
  issues: readonly Issue[],
  schema: JsonSchema,
): string[] {
  const all = issues.flatMap((issue) => unfold(file, issue));
  const unknown = all.filter(({ code }) => code === "unrecognized_keys");
  const lines = all.flatMap((issue) => describe(file, issue, schema));
  // A key that is misspelt is missing, too: told once.
  const told = unknown.flatMap((issue) => describe(file, issue, schema)).join("\n");
  return [...new Set(lines)].filter((line) => {
    const missing = /: "([^"]*)" is missing/.exec(line);
    return !missing || !told.includes(`Did you mean "${missing[1]}"?`);
  });
}

/** Of a union's branches, the issues of the one that was most likely meant. */
function unfold(file: SourceFile, issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const given = placedValue(file.document.toJS(), issue.path);
  const cost = (branch: readonly Issue[]): number =>
    branch.reduce((sum, one) => sum + costOf(file, issue.path, one, given), 0);
  const [best] = [...issue.errors].sort((a, b) => cost(a) - cost(b));
  if (cost(best) >= 100) return [issue];
  return best.flatMap((one) => unfold(file, { ...one, path: [...issue.path, ...one.path] }));
}

/** What is missing speaks more against a branch than what is there and wrong. */
function costOf(file: SourceFile, path: Path, issue: Issue, given: unknown): number {
  if (isOfOtherKind(issue, given)) return 100;
  return placedValue(file.document.toJS(), [...path, ...issue.path]) === undefined ? 2 : 1;
}

const isOfOtherKind = (issue: Issue, given: unknown): boolean =>
  issue.path.length === 0 &&
  (issue.code === "invalid_type" || (issue.code === "invalid_value" && typeof given !== "string"));

function describe(file: SourceFile, issue: Issue, schema: JsonSchema): string[] {
  const { path, code } = issue;
  const given = placedValue(file.document.toJS(), path);
  const value = shown(given);
  const about = descriptionAt(schema, path);
  if (code === "unrecognized_keys") {
    const known = keysAt(schema, path);
    return issue.keys.map(
      (key) => `${placeInFile(file, [...path, key], true)} is unknown. ${didYouMean(key, known)}`,
    );
  }
  if (given === undefined) {
    const key = String(path.at(-1));
    return [`${placeInFile(file, path.slice(0, -1))}: "${key}" is missing. ${about}`.trim()];
  }
  const where = placeInFile(file, path);
  const options = code === "invalid_value" ? issue.values : optionsOf(issue);
  if (options) {
    const name = typeof given === "string" ? given : value;
    const word = partIn(path);
    const hint = word ? partHint(word, name) : didYouMean(name, options.map(String));
    return [`${where}: there is no ${value}. ${hint}`];
  }
  if (code === "invalid_type") {
    return [`${where}: expected ${article(issue.expected)}, got ${value}. ${about}`.trim()];
  }
  if (code === "invalid_union") return [`${where}: ${value} is not understood. ${about}`.trim()];
  return [`${where}: ${problemText(issue, given)} ${about}`.trim()];
}

/** Whether the place is that of a strategy's or a pruner's name. */
function partIn(path: Path): "strategy" | "pruner" | undefined {
  const key = path.at(-1) === "name" ? path.at(-2) : path.at(-1);
  return key === "strategy" || key === "pruner" ? key : undefined;
}

const optionsOf = (issue: Issue): readonly unknown[] | undefined =>
  issue.code === "invalid_union" && "options" in issue ? issue.options : undefined;

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  int: "an integer",
  object: "a map",
  record: "a map",
  array: "a list",
  boolean: "true or false",
};
const article = (kind: string): string => KINDS[kind] ?? `a ${kind}`;

/** The schemas that may stand at a path: a union has several. */
function schemasAt(schema: JsonSchema, keys: Path): JsonSchema[] {
  let here = branches(schema);
  for (const key of keys) {
    here = here.flatMap(({ properties, additionalProperties, items }) => {
      const next =
        properties?.[String(key)] ??
        (typeof key === "number" ? items : undefined) ??
        (typeof additionalProperties === "object" ? additionalProperties : undefined);
      return next ? [next, ...branches(next).filter((one) => one !== next)] : [];
    });
  }
  return here;
}

const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(branches),
];

const keysAt = (schema: JsonSchema, keys: Path): string[] => [
  ...new Set(schemasAt(schema, keys).flatMap(({ properties }) => Object.keys(properties ?? {}))),
];

const descriptionAt = (schema: JsonSchema, keys: Path): string =>
  schemasAt(schema, keys).find(({ description }) => description !== undefined)?.description ?? "";
