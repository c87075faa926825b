import type { z } from "../vendor/zod.ts";
import { didYouMean } from "./did-you-mean.ts";
import { HpoError } from "./errors.ts";
import { shown } from "./shown.ts";
import { counted } from "./counted.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with a value by its schema: a line each, with the place, what it holds and what to give. */
export const schemaProblems = (error: z.core.$ZodError, given: unknown): string =>
  error.issues.map((issue) => schemaProblem(issue, given)).join("\n");

/**
 * As the schema's `safeParse`, which asks any value that has a `length` how long it is.
 * @param what names the value
 * @throws HpoError if that is an object which can't be compared
 */
export function parsedBy<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  what: string,
): ReturnType<Schema["safeParse"]> {
  try {
    return schema.safeParse(given) as ReturnType<Schema["safeParse"]>;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new HpoError(`${what} can't be read: a "length" in it is no number. Take it out.`);
  }
}

/** One problem of `given`, with its place in it. */
export function schemaProblem(issue: Issue, given: unknown): string {
  const inner = meant(issue, given);
  const place = inner.path.map(String).join(".");
  return `${place === "" ? "" : `${place}: `}${problemText(inner, placedValue(given, inner.path))}`;
}

/** A problem without its place, in words of the JSON that it is about. */
export function problemText(issue: Issue, value: unknown): string {
  const wanted = wantedBy(issue);
  if (value === undefined && issue.code !== "unrecognized_keys") {
    return `It is missing${wanted === undefined ? "" : `: expected ${wanted}`}.`;
  }
  const got = `got ${shown(value)}.`;
  switch (issue.code) {
    case "invalid_value":
      return noSuch(value, issue.values);
    case "invalid_union":
      if ("options" in issue && issue.options) return noSuch(value, issue.options);
      return wanted === undefined
        ? `${shown(value)} is not understood.`
        : `Expected ${wanted}, ${got}`;
    case "unrecognized_keys":
      return `There is no ${issue.keys.map((key) => JSON.stringify(key)).join(", no ")} here. Leave it out.`;
    case "too_small":
      if (issue.origin === "string" && value === "")
        return "The text is empty. Give it at least a letter.";
      return `It must ${limit(issue.origin, issue.inclusive === false ? ">" : "≥", issue.minimum)}, ${got}`;
    case "too_big":
      return `It must ${limit(issue.origin, issue.inclusive === false ? "<" : "≤", issue.maximum)}, ${got}`;
    case "not_multiple_of":
      return `It must be a multiple of ${issue.divisor}, ${got}`;
    case "invalid_format":
      return `It must be ${issue.pattern ? `like ${issue.pattern}` : issue.format}, ${got}`;
    case "invalid_type":
      return `Expected ${wanted}, ${got}`;
    case "invalid_key":
    case "invalid_element":
      return `${shown(issue.path.at(-1))} can't stand here. ${problemText(issue.issues[0], issue.path.at(-1))}`;
    case "custom":
      return `${issue.message.replace(/\.$/, "")}, ${got}`;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  int: "an integer",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  boolean: "true or false",
  null: "null",
  nonoptional: "a value",
};
const kindText = (kind: string): string => KINDS[kind] ?? `a ${kind}`;

/** What could stand there, as far as it is a matter of kind. */
function wantedBy(issue: Issue): string | undefined {
  if (issue.code === "invalid_type" && issue.expected !== "nonoptional")
    return kindText(issue.expected);
  if (issue.code === "invalid_value") return issue.values.map((value) => shown(value)).join(" or ");
  if (issue.code !== "invalid_union") return undefined;
  const kinds = issue.errors.flatMap((branch) => branch.map(wantedBy));
  const known = [...new Set(kinds.filter((kind) => kind !== undefined))];
  return known.length > 0 ? known.join(" or ") : undefined;
}

const noSuch = (value: unknown, known: readonly unknown[]): string => {
  const name = typeof value === "string" ? value : shown(value);
  return `There is no ${shown(value)}. ${didYouMean(name, known.map(String))}`;
};

function limit(origin: string, sign: string, bound: number | bigint): string {
  const count = Number(bound);
  if (origin === "string") return `have ${sign} ${counted(count, "character")}`;
  if (["array", "set", "object", "map"].includes(origin)) {
    return `have ${sign} ${counted(count, "entry", "entries")}`;
  }
  return `be ${sign} ${bound}`;
}

const isOfOtherKind = ({ path, code }: Issue): boolean =>
  path.length === 0 && ["invalid_type", "invalid_value", "invalid_union"].includes(code);

/** Of a union's branches the one that fits the value's kind, and refuses what it is or holds. */
function meant(issue: Issue, given: unknown): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.find((branch) => !branch.some(isOfOtherKind))?.[0];
  if (inner === undefined) return issue;
  return meant({ ...inner, path: [...issue.path, ...inner.path] }, given);
}

/** What stands at a place; undefined where the way there ends before. */
export function placedValue(given: unknown, path: Path): unknown {
  let value = given;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
