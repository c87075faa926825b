import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isFinished, type Trial, type TrialState } from "../../contracts/trial.ts";
import type { Scalar } from "../../space/distribution.ts";
import {
  bytesField,
  doubleField,
  hparamsRecord,
  integerField,
  messageField,
  scalarRecord,
  versionRecord,
} from "./event-file.ts";
import { metricNamesOf, curvePointsOf, secondsAt, type Tracker } from "./tracked.ts";

/** TensorBoard knows an event file by this word in its name. */
const FILE = "events.out.tfevents.hpo";
/** Of hparams.Status. */
const STATUS: Readonly<Record<TrialState, number>> = {
  waiting: 0,
  complete: 1,
  pruned: 1,
  failed: 2,
  running: 3,
};

/**
 * A folder for TensorBoard: a run per trial, with its reports and curves by step, and its parameters
 * and results for the HParams plugin. What a trial adds is appended to its file.
 */
export const tensorBoard = (folder: string): Tracker => ({
  async update(study) {
    const names = metricNamesOf(study);
    const started = study.trials().filter(({ state }) => state !== "waiting");
    return started.filter((trial) => {
      const run = join(folder, String(trial.number));
      mkdirSync(run, { recursive: true });
      return writeGrown(join(run, FILE), Buffer.concat(recordsOf(trial, names)));
    }).length;
  },
});

function recordsOf(trial: Trial, names: readonly string[]): Buffer[] {
  const start = secondsAt(trial.state === "waiting" ? undefined : trial.startedAt);
  // A report's own time is not kept; by its step at least the order is.
  const points = curvePointsOf(trial, names[0]).map(({ name, step, value }) =>
    scalarRecord(name, value, step, start + step),
  );
  return [versionRecord(start), startRecord(trial, start), ...points, ...endRecords(trial, names)];
}

/** SessionStartInfo: 1 hparams, 4 group_name, 5 start_time_secs. */
function startRecord({ number, params }: Trial, start: number): Buffer {
  const entries = Object.entries(params).map(([name, value]) =>
    messageField(1, bytesField(1, name), messageField(2, protoValue(value))),
  );
  const info = messageField(3, ...entries, bytesField(4, String(number)), doubleField(5, start));
  return hparamsRecord("_hparams_/session_start_info", start, info);
}

/** google.protobuf.Value: 1 null, 2 number, 3 string, 4 bool. */
function protoValue(value: Scalar): Buffer {
  if (typeof value === "number") return doubleField(2, value);
  if (typeof value === "boolean") return integerField(4, value ? 1 : 0);
  return value === null ? integerField(1, 0) : bytesField(3, value);
}

/** The result, under `result/` beside the curves, and SessionEndInfo: 1 status, 2 end_time_secs. */
function endRecords(trial: Trial, names: readonly string[]): Buffer[] {
  if (!isFinished(trial)) return [];
  const end = secondsAt(trial.completedAt);
  const values = trial.state === "complete" ? trial.values : [];
  const results = values.map((value, at) => scalarRecord(`result/${names[at]}`, value, 0, end));
  const info = messageField(4, integerField(1, STATUS[trial.state]), doubleField(2, end));
  return [...results, hparamsRecord("_hparams_/session_end_info", end, info)];
}

/** Appends what is new, so that who reads along sees it; writes anew what no longer begins as it did. */
function writeGrown(path: string, bytes: Buffer): boolean {
  const before = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (before.equals(bytes)) return false;
  if (before.equals(bytes.subarray(0, before.length))) {
    appendFileSync(path, bytes.subarray(before.length));
    return true;
  }
  writeFileSync(`${path}.partial`, bytes);
  renameSync(`${path}.partial`, path);
  return true;
}
