import { appendFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { mkdir, open, rename, rm, stat, truncate } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join, sep } from "node:path";
import { STUDY_MARK } from "../../artifacts/study-mark.ts";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { HpoError } from "../../errors/errors.ts";
import { filesIn, isLog, type Artifact } from "../../study/cleaning/trial-files.ts";
import { formatBytes } from "../../system/byte-size.ts";
import { markOrigin, originOf } from "./origin-mark.ts";
import { hashOfFile } from "./file-hash-of.ts";
import { pathParts, placeFor } from "./stored-path.ts";

/** How much workers may send. */
export interface UploadLimits {
  readonly bytesPerTrial: number;
  readonly bytesPerStudy: number;
}

/** A file that a worker wants to send, and which part of it comes now. */
export interface SentPart {
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly sha256: string;
  readonly from: number;
  readonly part: Buffer;
}

/** `have`: so many bytes are there, and the next part begins behind them. */
export type Received =
  | { readonly kind: "part"; readonly have: number }
  | { readonly kind: "whole" }
  /** It stays with the worker. */
  | { readonly kind: "refused"; readonly why: string };

/** What the folder of a trial holds. */
export interface FilesThere {
  /** Whose lease they were sent under last; left out where only output came. */
  readonly lease?: string;
  readonly files: readonly (Artifact & { readonly sha256: string })[];
}

/** The trials' folders of a study at its coordinator, to which workers elsewhere send what trials keep. */
export interface FileStore {
  /** Stands in a file of the study's folder: who finds it there sees the same folder. */
  readonly id: string;
  receive(trial: TrialPlace, part: SentPart): Promise<Received>;
  /** Adds to what a running trial printed. @returns how much of it is there then */
  append(
    trial: TrialPlace,
    log: { readonly path: string; readonly from: number; readonly part: Buffer },
  ): Promise<number>;
  list(directory: string): Promise<FilesThere>;
  /** A file's path, for who may read it. @throws HpoError if it leads out of the folder */
  pathOf(directory: string, path: string): string;
  /** No more of the trial comes: what is half there is removed. */
  settled(directory: string, number: number): void;
  /** So many bytes of the trial's files were removed. */
  removed(number: number, bytes: number): void;
}

export interface TrialPlace {
  readonly number: number;
  readonly lease: string;
  readonly directory: string;
}

/** A line for each coordinator that kept files in the folder: several may at once. */
export const COORDINATOR_MARK = ".hpo-coordinator";
const MARKS: ReadonlySet<string> = new Set([COORDINATOR_MARK, STUDY_MARK]);
const INCOMING = "incoming";
const OF_THE_DISK = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EACCES",
  "EPERM",
  "ENAMETOOLONG",
  "EIO",
]);

/** @param places the folders of the study's trials, the one for new trials first */
export function fileStore(places: readonly string[], limits: UploadLimits): FileStore {
  const id = randomUUID();
  mkdirSync(places[0], { recursive: true });
  appendFileSync(join(places[0], COORDINATOR_MARK), `${id}\n`);
  const inTurn = turns();
  /** What trials keep, by number; of those that were looked at. */
  const kept = new Map<number, number>();
  let all = places.flatMap(trialFiles).reduce((sum, { bytes }) => sum + bytes, 0);
  /** What is on its way, by trial and file. */
  const coming = new Map<number, Map<string, number>>();

  const keptBy = ({ number, directory }: TrialPlace): number => {
    const known = kept.get(number) ?? filesIn(directory).reduce((sum, { bytes }) => sum + bytes, 0);
    kept.set(number, known);
    return known;
  };
  const change = (trial: TrialPlace, bytes: number): void => {
    kept.set(trial.number, keptBy(trial) + bytes);
    all += bytes;
  };
  const refusal = (
    trial: TrialPlace,
    { path, bytes }: SentPart,
    before: number,
  ): string | undefined => {
    const others = [...coming].flatMap(([number, files]) =>
      [...files]
        .filter(([file]) => number !== trial.number || file !== path)
        .map(([, size]) => ({ number, size })),
    );
    const sum = (of: typeof others): number => of.reduce((total, { size }) => total + size, 0);
    const own = sum(others.filter(({ number }) => number === trial.number));
    const { bytesPerTrial, bytesPerStudy } = limits;
    if (keptBy(trial) - before + own + bytes > bytesPerTrial) {
      return `a trial may keep ${formatBytes(bytesPerTrial)} at the coordinator`;
    }
    if (all - before + sum(others) + bytes > bytesPerStudy) {
      return `the study's trials may keep ${formatBytes(bytesPerStudy)} at the coordinator`;
    }
    return undefined;
  };

  const receive = async (trial: TrialPlace, sent: SentPart): Promise<Received> => {
    const { path, bytes, sha256, from, part } = sent;
    const place = await placeFor(trial.directory, path);
    const before = await sizeOf(place);
    if (from === 0 && before === bytes && (await hashOfFile(place)) === sha256)
      return { kind: "whole" };
    const why = refusal(trial, sent, before ?? 0);
    if (why !== undefined) return { kind: "refused", why };
    const folder = join(trial.directory, OWN_FOLDER, INCOMING);
    const draft = join(folder, `${sha256}-${bytes}`);
    await mkdir(folder, { recursive: true });
    const have = (await sizeOf(draft)) ?? 0;
    if (have !== from) return { kind: "part", have };
    if (from + part.length > bytes) {
      throw new HpoError(`${JSON.stringify(path)}: more came than its ${bytes} bytes.`);
    }
    const files = coming.get(trial.number) ?? new Map<string, number>();
    coming.set(trial.number, files.set(path, bytes));
    const file = await open(draft, "a");
    try {
      await file.write(part);
      if (from + part.length < bytes) return { kind: "part", have: from + part.length };
      // What is acknowledged as whole outlives a power cut: the worker drops its own.
      await file.sync();
    } finally {
      await file.close();
    }
    files.delete(path);
    if ((await hashOfFile(draft)) !== sha256) {
      await rm(draft, { force: true });
      return { kind: "part", have: 0 };
    }
    markOrigin(trial.directory, { lease: trial.lease });
    await rename(draft, place);
    change(trial, bytes - (before ?? 0));
    return { kind: "whole" };
  };

  return {
    id,
    receive: (trial, sent) =>
      inTurn(trial.number, () =>
        receive(trial, sent).catch((error: NodeJS.ErrnoException) => {
          // Sent again, it would be refused again.
          if (!OF_THE_DISK.has(error.code ?? "")) throw error;
          return {
            kind: "refused",
            why: `the coordinator's disk does not take it (${error.code})`,
          };
        }),
      ),
    append: (trial, { path, from, part }) =>
      inTurn(trial.number, async () => {
        if (!isLog({ path })) throw new HpoError(`${JSON.stringify(path)} is no trial's output.`);
        const place = await placeFor(trial.directory, path);
        // A new attempt's output takes the place of an earlier one's, which comes again under its own name.
        const old = (await sizeOf(place)) ?? 0;
        if (from === 0 && old > 0) {
          await truncate(place);
          change(trial, -old);
        }
        const have = from === 0 ? 0 : old;
        if (have !== from) return have;
        const sent = { path, bytes: from + part.length, sha256: "", from, part };
        if (refusal(trial, sent, have) !== undefined) return have;
        const file = await open(place, "a");
        await file.write(part).finally(() => file.close());
        change(trial, part.length);
        return from + part.length;
      }),
    list: async (directory) => {
      const files = filesIn(directory).filter(({ path }) => isStorable(path));
      const hashed = [];
      for (const file of files) {
        hashed.push({ ...file, sha256: await hashOfFile(join(directory, file.path)) });
      }
      return { lease: originOf(directory).lease, files: hashed };
    },
    pathOf: (directory, path) => {
      pathParts(path);
      const found = filesIn(directory).some((file) => file.path === path);
      if (found) return join(directory, path);
      throw new HpoError(`The trial keeps no file ${JSON.stringify(path)}.`);
    },
    settled: (directory, number) => {
      coming.delete(number);
      const folder = join(directory, OWN_FOLDER, INCOMING);
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
    removed: (number, bytes) => {
      all -= bytes;
      kept.delete(number);
    },
  };
}

/** What all trials keep in a study's folder. */
const trialFiles = (place: string): Artifact[] =>
  filesIn(place).filter(({ path }) => !MARKS.has(path) && !path.split(sep).includes(OWN_FOLDER));

function isStorable(path: string): boolean {
  try {
    return pathParts(path).length > 0;
  } catch {
    return false;
  }
}

const sizeOf = async (path: string): Promise<number | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
};

/** One after the other for each trial: a part that is sent again must not meet itself. */
function turns(): <T>(number: number, work: () => Promise<T>) => Promise<T> {
  const last = new Map<number, Promise<unknown>>();
  return (number, work) => {
    const mine = (last.get(number) ?? Promise.resolve()).then(work, work);
    last.set(number, mine);
    void mine
      .catch(() => undefined)
      .finally(() => last.get(number) === mine && last.delete(number));
    return mine;
  };
}
