import { formatBytes } from "../../system/byte-size.ts";
import type { StudyView } from "../../study/study-view.ts";
import {
  bestCheckpoints,
  bestDirectories,
  clean,
  cleaningOf,
  studyArtifacts,
  trialArtifacts,
  type TrialArtifacts,
} from "../../study/trial-artifacts.ts";
import * as format from "../format.ts";
import { print, printJson, table } from "../output.ts";
import { trialNumbered } from "./trial-details.ts";
import { quotedName } from "../visible.ts";
import { counted } from "../../errors/counted.ts";

interface Flags {
  readonly json?: boolean;
}

const json = ({ trial, directory, files, bytes }: TrialArtifacts): object => ({
  number: trial.number,
  state: trial.state,
  directory,
  bytes,
  files,
});

/** Prints the trials that keep something. */
export function all(study: StudyView, flags: Flags): void {
  const kept = studyArtifacts(study);
  if (flags.json) return printJson(kept.map(json));
  if (kept.length === 0) return print(`The trials of ${quotedName(study.name)} keep no files.`);
  const rows = kept.map(({ trial, files, bytes }) => [
    String(trial.number),
    format.outcome(trial, study),
    String(files.length),
    formatBytes(bytes),
  ]);
  print(table(["trial", "result", "files", "size"], rows));
  const total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  print(`${formatBytes(total)} in ${study.folders.join(", ")}`);
}

/** Prints the files of one trial. */
export function one(study: StudyView, number: number, flags: Flags): void {
  const kept = trialArtifacts(study, trialNumbered(study, number));
  if (flags.json) return printJson(json(kept));
  if (kept.files.length === 0) return print(`Trial ${number} keeps no files.`);
  const rows = kept.files.map(({ path, bytes }) => [path, formatBytes(bytes)]);
  print(table(["file", "size"], rows));
  print(`${formatBytes(kept.bytes)} in ${kept.directory}`);
}

/** Prints where the best trial's files are. */
export function best(study: StudyView, flags: Flags): void {
  const directories = bestDirectories(study);
  if (flags.json) return printJson(directories);
  for (const directory of directories) print(directory);
}

/** Prints the paths of the best trial's checkpoint files. */
export function checkpoint(study: StudyView, flags: Flags): void {
  const checkpoints = bestCheckpoints(study);
  if (flags.json) {
    return printJson(
      checkpoints.map(({ trial: { number, values, params }, files }) => ({
        number,
        values,
        params,
        files,
      })),
    );
  }
  for (const { files } of checkpoints) for (const path of files) print(path);
}

/** Prints what a cleaning removes, and removes it if so told. */
export function cleaning(
  study: StudyView,
  flags: Flags & { readonly keepBest: number; readonly yes?: boolean },
): void {
  const cleanings = cleaningOf(study, flags.keepBest);
  const bytes = cleanings.reduce((sum, one) => sum + one.bytes, 0);
  if (flags.yes) clean(cleanings);
  if (flags.json) {
    const trials = cleanings.map(json);
    return printJson({ removed: flags.yes === true, bytes, trials });
  }
  if (cleanings.length === 0) return print("There is nothing to remove.");
  const did = flags.yes ? "Removed" : "Would remove";
  for (const { trial, files, bytes: own } of cleanings) {
    print(`trial ${trial.number}  ${counted(files.length, "file")}, ${formatBytes(own)}`);
  }
  print(
    `${did} ${formatBytes(bytes)} of ${counted(cleanings.length, "trial")}; what they printed stays.`,
  );
  if (!flags.yes) {
    // A paused trial may be continued later, from its checkpoints.
    const isContinued = study.trials().some(({ continueFrom }) => continueFrom !== undefined);
    if (isContinued) print("Paused trials lose their checkpoints: clean when the study has ended.");
    print("Remove it: the same with --yes.");
  }
}
