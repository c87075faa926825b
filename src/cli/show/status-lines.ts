import type { StudyStatus } from "../../workers/study-status.ts";
import * as format from "../format.ts";
import { table } from "../output.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

/** How a study goes, for people. */
export function statusLines(status: StudyStatus): readonly string[] {
  const { name, trials, lastHour, attempts, idle, oldestSignMs, running, workers } = status;
  const { complete, pruned, failed, waiting } = trials;
  const ended = `${complete} complete, ${pruned} pruned, ${failed} failed`;
  const lines = [
    `Study ${quotedName(name)}: ${ended}, ${trials.running} running, ${waiting} queued`,
    `${lastHour} ended in the last hour; ${attempts} started again`,
  ];
  if (workers.length > 0) {
    const sign =
      oldestSignMs === null ? "" : `; oldest sign of life ${format.seconds(oldestSignMs)} ago`;
    lines.push(`${counted(workers.length, "worker")}, ${idle} of them idle${sign}`);
    const rows = workers.map(({ worker, host, running: count, lastSignMs, expired }) => [
      worker.slice(0, 8),
      host,
      count === 0 ? "idle" : String(count),
      lastSignMs === null ? "unknown" : format.seconds(lastSignMs),
      expired ? "may be taken over" : "",
    ]);
    lines.push("", table(["worker", "host", "runs", "last sign", ""], rows));
  }
  if (running.length > 0) {
    const rows = running.map((trial) => [
      String(trial.number),
      trial.worker?.slice(0, 8) ?? "not known",
      trial.device ?? "",
      String(trial.attempt),
      trial.since ?? "",
      trial.lastStep === null ? "" : String(trial.lastStep),
    ]);
    lines.push("", table(["trial", "worker", "device", "attempt", "since", "step"], rows));
  }
  return lines;
}
