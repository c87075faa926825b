import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { fromJson, toJson } from "../storage/json.ts";
import type { HeldHere, News, ToldEnd } from "./work-source.ts";

/** What the coordinator has yet to be told of a trial that ran here. */
export interface Result {
  readonly held: HeldHere;
  /** The news that were not answered. */
  readonly news: News;
  /** The trial's end; left out if it was handed back. */
  readonly told?: ToldEnd;
}

/** A result in a file of its own, until the coordinator has answered. */
export interface KeptResult {
  readonly path: string;
  readonly result: Result;
  /** Removes the file, as the coordinator has the result or wants it no more. */
  drop(): void;
  /** Renames the file, which the coordinator refuses, for people to look at. @returns its path */
  putAside(): string;
}

/**
 * The results that a coordinator has yet to take, a file each: a worker that is killed loses none of
 * them, the next one in the same folder tells them. Any worker may tell any of them, as what is told
 * twice counts once; so nobody has to know whose they are.
 */
export interface ResultSpool {
  /** @returns undefined where it can't be written, which is noted */
  keep(result: Result): KeptResult | undefined;
  /** What earlier workers left, the oldest first. */
  left(): readonly KeptResult[];
}

/** A result not taken after this time is flushed to the disk, should the power go. */
const PROMPT_MS = 1000;
const LEFTOVER_MS = 3_600_000;
const KEPT = ".json";
const DRAFT = ".part";

export function resultSpool(folder: string, note: (message: string) => void): ResultSpool {
  const kept = (path: string, result: Result, onDrop = (): void => undefined): KeptResult => ({
    ...{ path, result },
    drop: () => {
      onDrop();
      remove(path);
    },
    putAside: () => {
      const aside = `${path.slice(0, -KEPT.length)}.refused`;
      renameSync(path, aside);
      return aside;
    },
  });
  return {
    keep: (result) => {
      const { number, lease } = result.held;
      const path = join(folder, `${number}-${lease.replace(/\W/g, "")}${KEPT}`);
      const draft = `${path}.${process.pid}${DRAFT}`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(draft, toJson(result, "a result"), { mode: 0o600 });
        renameSync(draft, path);
      } catch (error) {
        remove(draft);
        const why = (error as Error).message;
        note(
          `Results wait in memory alone until they are told, and a kill loses them: they can't be kept in ` +
            `${folder} (${why}).`,
        );
        return undefined;
      }
      const timer = setTimeout(() => void force(path, folder), PROMPT_MS);
      return kept(path, result, () => clearTimeout(timer));
    },
    left: () =>
      filesIn(folder)
        .sort((a, b) => a.writtenAt - b.writtenAt)
        .flatMap(({ path, writtenAt }) => {
          if (path.endsWith(DRAFT) && Date.now() - writtenAt > LEFTOVER_MS) remove(path);
          const result = path.endsWith(KEPT) ? readResult(path) : undefined;
          return result ? [kept(path, result)] : [];
        }),
  };
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder can't be written.
  }
}

/** Flushes a file and its folder, without whose entry the file is not found again. */
async function force(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      const file = await open(path);
      await file.sync().finally(() => file.close());
    } catch {
      // It was told meanwhile, or the disk is gone; the process still has it.
    }
  }
}

function filesIn(folder: string): { readonly path: string; readonly writtenAt: number }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    // Another worker may have told the result and removed the file just now.
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? [{ path, writtenAt: found.mtimeMs }] : [];
  });
}

function readResult(path: string): Result | undefined {
  try {
    return fromJson(readFileSync(path, "utf8")) as Result;
  } catch {
    return undefined;
  }
}
