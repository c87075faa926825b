import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { HpoError } from "../../src/errors/errors.ts";

/** Where a suite's files lie in the data folder, and who published them. */
export interface DataSource {
  readonly suite: string;
  /** Below the data folder. */
  readonly path: string;
  readonly published: string;
}

/** @throws HpoError if no data folder was named */
export function dataPath(source: DataSource, data: string | undefined): string {
  if (data === undefined) {
    throw new HpoError(
      `--suites ${source.suite} needs published data, and --data is not given. ` +
        `Name the folder that holds ${source.path} (published in ${source.published}; ` +
        "bench/README.md says where and how to get it).",
    );
  }
  return join(data, source.path);
}

const unreadable = (source: DataSource, path: string, error: unknown): HpoError =>
  new HpoError(
    `--data: ${path} can't be read (${error instanceof Error ? error.message : String(error)}). ` +
      `The suite ${source.suite} needs it; it is published in ${source.published}.`,
  );

/** The text of a file, unpacked if its name ends with .gz. @throws HpoError if it can't be read */
export async function readData(source: DataSource, path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    throw unreadable(source, path, error);
  }
}

/** The names of the files in a folder, sorted. @throws HpoError if it can't be read */
export async function listData(source: DataSource, folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw unreadable(source, folder, error);
  }
}

/** JSON that may hold Python's bare NaN and Infinity, which become null. Holds no such strings. */
export function parseLooseJson(source: DataSource, path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/-?\b(?:NaN|Infinity)\b/g, "null"));
  } catch (error) {
    throw unreadable(source, path, error);
  }
}

/** Runs `load` once per key, whoever asks. */
export function once<Value>(
  load: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const loaded = new Map<string, Promise<Value>>();
  return (key) => {
    const known = loaded.get(key) ?? load(key);
    loaded.set(key, known);
    return known;
  };
}
