import { appendFileSync, mkdirSync } from "node:fs";
import { open, truncate } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join, sep } from "node:path";
import { STUDY_MARK } from "../../artifacts/study-mark.ts";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { HpoError } from "../../errors/errors.ts";
import { filesIn, isLog, removeFiles, type Artifact } from "../../study/cleaning/trial-files.ts";
import type {
  Offer,
  OfferAnswer,
  OfferedFile,
  Received,
  Refused,
  SentPart,
} from "./file-protocol.ts";
import { hashOfFile } from "./file-hash-of.ts";
import { contentKey, incomingFiles, sizeOf } from "./incoming-files.ts";
import { markOrigin, originOf } from "./origin-mark.ts";
import { pathParts, placeFor } from "./stored-path.ts";
import { UploadBudget, type UploadLimits } from "./upload-budget.ts";

/** What the folder of a trial holds. */
export interface FilesThere {
  /** The lease under which the files were last sent; left out where only output came. */
  readonly lease?: string;
  readonly files: readonly OfferedFile[];
}

/** The trials' folders of a study at its coordinator, to which workers elsewhere send what trials keep. */
export interface FileStore {
  /** Also in a file in the study's folder: a worker that finds it there shares the folder. */
  readonly id: string;
  /**
   * Offers all files of a trial as its worker has them. Once none is missing they are put in place
   * together; other files of the trial there are removed, but for its output and `staying`.
   */
  offer(trial: TrialPlace, offer: Offer): Promise<OfferAnswer>;
  /** Takes a part of a file that was offered. */
  receive(trial: TrialPlace, part: SentPart): Promise<Received>;
  /** Adds to what a running trial printed. @returns how much of it is there then */
  append(
    trial: TrialPlace,
    log: { readonly path: string; readonly from: number; readonly part: Buffer },
  ): Promise<number>;
  list(directory: string): Promise<FilesThere>;
  /** A file's path, for who may read it. @throws HpoError if it leads out of the folder */
  pathOf(directory: string, path: string): string;
  /** Called when no more files of the trial come: removes what arrived of files in part. */
  settled(directory: string, number: number): void;
  /** Called when `bytes` of the trial's files were removed, which no longer count. */
  removed(number: number, bytes: number): void;
}

export interface TrialPlace {
  readonly number: number;
  readonly lease: string;
  readonly directory: string;
}

/** A file with a line for each coordinator that keeps files in the folder, as several may. */
export const COORDINATOR_MARK = ".hpo-coordinator";
const MARKS: ReadonlySet<string> = new Set([COORDINATOR_MARK, STUDY_MARK]);
const OF_THE_DISK = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENAMETOOLONG", "EIO"],
]);

/** @param places the folders of the study's trials, the one for new trials first */
export function fileStore(places: readonly string[], limits: UploadLimits): FileStore {
  const id = randomUUID();
  mkdirSync(places[0], { recursive: true });
  appendFileSync(join(places[0], COORDINATOR_MARK), `${id}\n`);
  const inTurn = turns();
  const all = places.flatMap(trialFiles).reduce((sum, { bytes }) => sum + bytes, 0);
  const budget = new UploadBudget(limits, all);

  /** The contents that each trial may send, by their keys. */
  const expected = new Map<number, ReadonlySet<string>>();
  const expects = (number: number, files?: readonly OfferedFile[], bytes?: number): void => {
    budget.expects(number, bytes);
    if (files) expected.set(number, new Set(files.map(contentKey)));
    else expected.delete(number);
  };

  /** The files of an offer that are taken, each with its place, and those refused, with reasons. */
  const judged = async ({ number, directory }: TrialPlace, { files, staying = [] }: Offer) => {
    const offered = new Set(files.map(({ path }) => path));
    const stays = filesIn(directory).filter(
      ({ path }) => !offered.has(path) && (isLog({ path }) || staying.includes(path)),
    );
    let bytes = stays.reduce((sum, file) => sum + file.bytes, 0);
    const taken: (OfferedFile & { readonly place: string })[] = [];
    const refused: Refused[] = [];
    for (const file of files) {
      const { path } = file;
      try {
        const place = await placeFor(directory, path);
        const why = budget.refusal(number, directory, bytes + file.bytes);
        if (why === undefined) taken.push({ ...file, place });
        else refused.push({ path, why });
        if (why === undefined) bytes += file.bytes;
      } catch (error) {
        refused.push({ path, why: whyRefused(error) });
      }
    }
    return { taken, refused, bytes };
  };

  const offer = async (trial: TrialPlace, offered: Offer): Promise<OfferAnswer> => {
    const { number, lease, directory } = trial;
    const { taken, refused, bytes } = await judged(trial, offered);
    const incoming = incomingFiles(directory);
    const missing: { path: string; have: number }[] = [];
    const fresh: typeof taken = [];
    for (const file of taken) {
      if (await isThere(file.place, file)) continue;
      fresh.push(file);
      const have = await incoming.have(file);
      if (have !== "all") missing.push({ path: file.path, have });
    }
    expects(number, fresh, bytes);
    if (missing.length > 0 || (offered.isWhole && refused.length > 0)) return { missing, refused };
    markOrigin(directory, { lease });
    await incoming.place(fresh);
    const names = new Set([...offered.files.map(({ path }) => path), ...(offered.staying ?? [])]);
    const gone = filesIn(directory).filter((file) => !isLog(file) && !names.has(file.path));
    removeFiles(directory, gone);
    const kept = filesIn(directory).reduce((sum, file) => sum + file.bytes, 0);
    budget.changed(number, directory, kept - budget.keptBy(number, directory));
    expects(number);
    incoming.clear();
    return { missing, refused };
  };

  return {
    id,
    offer: (trial, offered) => inTurn(trial.number, () => offer(trial, offered)),
    receive: (trial, sent) =>
      inTurn(trial.number, async () => {
        if (!expected.get(trial.number)?.has(contentKey(sent))) return { kind: "again" };
        try {
          return await incomingFiles(trial.directory).receive(sent);
        } catch (error) {
          return { kind: "refused", why: whyRefused(error) };
        }
      }),
    append: ({ number, directory }, { path, from, part }) =>
      inTurn(number, async () => {
        if (!isLog({ path })) throw new HpoError(`${JSON.stringify(path)} is no trial's output.`);
        const place = await placeFor(directory, path);
        const kept = budget.keptBy(number, directory);
        // A new attempt's output replaces an earlier one's, which comes again under another name.
        const old = (await sizeOf(place)) ?? 0;
        if (from === 0 && old > 0) {
          await truncate(place);
          budget.changed(number, directory, -old);
        }
        const have = from === 0 ? 0 : old;
        if (have !== from) return have;
        if (budget.refusal(number, directory, kept - old + from + part.length) !== undefined)
          return have;
        const file = await open(place, "a");
        await file.write(part).finally(() => file.close());
        budget.changed(number, directory, part.length);
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
      expects(number);
      incomingFiles(directory).clear();
    },
    removed: (number, bytes) => budget.removed(number, bytes),
  };
}

/** Why a file would be refused each time, and so stays at its worker. @throws any other error */
function whyRefused(error: unknown): string {
  if (error instanceof HpoError) return error.message;
  const { code = "" } = error as NodeJS.ErrnoException;
  if (OF_THE_DISK.has(code)) return `the coordinator's disk does not take it (${code})`;
  throw error;
}

const isThere = async (place: string, { bytes, sha256 }: OfferedFile): Promise<boolean> =>
  (await sizeOf(place)) === bytes && (await hashOfFile(place)) === sha256;

/** The files of all trials in a study's folder. */
const trialFiles = (place: string): Artifact[] =>
  filesIn(place).filter(({ path }) => !MARKS.has(path) && !path.split(sep).includes(OWN_FOLDER));

function isStorable(path: string): boolean {
  try {
    return pathParts(path).length > 0;
  } catch {
    return false;
  }
}

/** Runs one call at a time for each trial, as a part may be sent again while it is written. */
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
