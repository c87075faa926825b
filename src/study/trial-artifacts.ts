import { existsSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { HpoError } from "../errors/errors.ts";
import { filesIn, isLog, removeFiles, type Artifact } from "./cleaning/trial-files.ts";
import { bestTrialOf, whyNoBest } from "./best-trial.ts";
import type { StudyView } from "./study-view.ts";
import { isFeasible, isFinished, type CompleteTrial, type Trial } from "../contracts/trial.ts";

/** The files of a trial. */
export interface TrialArtifacts {
  readonly trial: Trial;
  readonly directory: string;
  readonly files: readonly Artifact[];
  readonly bytes: number;
}

/** The trials that keep something, by number. */
export const studyArtifacts = (study: StudyView): TrialArtifacts[] =>
  study
    .trials()
    .map((trial) => trialArtifacts(study, trial))
    .filter(({ files }) => files.length > 0);

export function trialArtifacts(study: StudyView, trial: Trial): TrialArtifacts {
  const directory = study.directoryOf(trial.number);
  const files = filesIn(directory);
  return { trial, directory, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const bestOf = (study: StudyView): readonly CompleteTrial[] =>
  study.directions.length === 1 ? [bestTrialOf(study)] : study.bestTrials;

/**
 * The folder of the best trial, or those of the front.
 * @throws HpoError if there is none yet, or it keeps nothing
 */
export function bestDirectories(study: StudyView): string[] {
  const best = bestOf(study);
  const directories = best.map(({ number }) => study.directoryOf(number));
  if (directories.length === 0) throw new HpoError(whyNoBest(study));
  const missing = directories.findIndex((directory) => !existsSync(directory));
  if (missing === -1) return directories;
  throw new HpoError(
    `The best trial, ${best[missing].number}, keeps no files: there is no ${directories[missing]}. ` +
      "Save them in HPO_TRIAL_DIR, or by trial.saveArtifact.",
  );
}

/** The checkpoints of a trial: paths of files, the one written last at the end. */
export interface TrialCheckpoint {
  readonly trial: CompleteTrial;
  readonly files: readonly string[];
}

/**
 * The checkpoint of the best trial, or of each trial of the front: the files in its folder
 * `checkpoints` (HPO_CHECKPOINT_DIR) or, if there is none, all its files but its output.
 * @throws HpoError if there is no best trial yet, or one of them keeps none
 */
export function bestCheckpoints(study: StudyView): TrialCheckpoint[] {
  const directories = bestDirectories(study);
  return bestOf(study).map((trial, index) => {
    const directory = directories[index];
    const kept = filesIn(directory).filter((file) => !isLog(file));
    const inFolder = kept.filter(({ path }) => path.split(sep)[0] === "checkpoints");
    const files = (inFolder.length > 0 ? inFolder : kept).map(({ path }) => join(directory, path));
    if (files.length === 0) {
      throw new HpoError(
        `The best trial, ${trial.number}, keeps no checkpoint in ${directory}. Save one in ` +
          "HPO_CHECKPOINT_DIR, or by trial.saveArtifact.",
      );
    }
    const writtenAt = new Map(files.map((path) => [path, statSync(path).mtimeMs]));
    return { trial, files: files.sort((a, b) => writtenAt.get(a)! - writtenAt.get(b)!) };
  });
}

/** The files that a cleaning removes of one trial. */
export interface Cleaning {
  readonly trial: Trial;
  readonly directory: string;
  readonly files: readonly Artifact[];
  readonly bytes: number;
}

/**
 * The files to remove so that only the best trials keep theirs: those of other finished trials,
 * without their output. With several metrics the front is kept, whatever `keep` is.
 */
export function cleaningOf(study: StudyView, keep: number): Cleaning[] {
  const kept = new Set(bestTrials(study, keep).map(({ number }) => number));
  // A trial that goes on from another one needs its checkpoints.
  for (const trial of study.trials("running", "waiting")) {
    const from = trial.continueFrom;
    if (from !== undefined) kept.add(from);
  }
  return studyArtifacts(study)
    .filter(({ trial }) => isFinished(trial) && !kept.has(trial.number))
    .map(({ trial, directory, files: all }) => {
      const files = all.filter((file) => !isLog(file));
      return { trial, directory, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
    })
    .filter(({ files }) => files.length > 0);
}

function bestTrials(study: StudyView, keep: number): readonly Trial[] {
  if (study.directions.length > 1) return study.bestTrials;
  const sign = study.directions[0] === "minimize" ? 1 : -1;
  return (study.trials("complete") as readonly CompleteTrial[])
    .filter(isFeasible)
    .sort((a, b) => sign * (a.values[0] - b.values[0]) || a.number - b.number)
    .slice(0, keep);
}

/** Removes what is in the cleaning, and the folders that are empty then. */
export function clean(cleanings: readonly Cleaning[]): void {
  for (const { directory, files } of cleanings) removeFiles(directory, files);
}

/** The size of all that a study's trials keep, and where; nothing if they keep nothing. */
export function keptFiles(study: StudyView): {
  readonly bytes: number;
  readonly folders: string[];
} {
  const folders = study.folders.filter((folder) => existsSync(folder));
  const bytes = studyArtifacts(study).reduce((sum, one) => sum + one.bytes, 0);
  return { bytes, folders };
}
