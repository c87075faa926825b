import { didYouMean } from "../../../errors/did-you-mean.ts";

/** What stands at a path, or why nothing does. */
export type FieldFound = { readonly value: unknown } | { readonly problem: string };

/** `log_history[*].eval_loss`: each object of the list is a row, and where the rest leads in it. */
export interface RowsPath {
  readonly list: string;
  readonly field: string;
}

const EACH = /^(.*?)\[\*?\]\.?(.*)$/s;

/** Undefined where a path does not go through each object of a list. */
export function rowsPath(path: string): RowsPath | undefined {
  const [, list, field] = EACH.exec(path) ?? [];
  return list === undefined ? undefined : { list, field };
}

/**
 * A key as it is, or a way through objects and lists: `eval.loss`, `log_history[-1].eval_loss` (from
 * the end, as in Python). The empty path is the content itself.
 */
export function fieldAt(content: unknown, path: string): FieldFound {
  if (isObject(content) && Object.hasOwn(content, path)) return { value: content[path] };
  let here = content;
  let way = "";
  for (const [text, key, index] of path.matchAll(/\.?([^.[\]]+)|\[(-?\d+)\]|[^]/g)) {
    const found: unknown = key === undefined ? itemOf(here, index) : valueOf(here, key);
    if (found === undefined) return { problem: missing(here, way, key ?? text) };
    here = found;
    way += text;
  }
  return { value: here };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const valueOf = (here: unknown, key: string): unknown =>
  isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;

const itemOf = (here: unknown, index: string | undefined): unknown =>
  Array.isArray(here) && index !== undefined ? (here.at(Number(index)) as unknown) : undefined;

function missing(here: unknown, way: string, name: string): string {
  const where = way === "" ? "" : ` in ${way}`;
  if (Array.isArray(here)) {
    const list = way === "" ? "it" : way;
    return `there is no "${name}"${where}: ${list} is a list of ${here.length}. Write ${way}[-1] for its last item, ${way}[*] for each`;
  }
  if (!isObject(here)) return `there is no "${name}"${where}, which is ${JSON.stringify(here)}`;
  return `there is no "${name}"${where}. ${didYouMean(name, Object.keys(here))} Name it by value`;
}
