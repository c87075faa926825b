import type { StudyStatus } from "../../workers/study-status.ts";
import * as format from "../format.ts";
import { table } from "../output.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

const STATES = {
  busy: "",
  idle: "",
  silent: "silent: its trials may be taken over",
  gone: "ended without saying so (killed?)",
} as const;
const RUN_STATES = {
  runs: "",
  interrupted: "nobody runs it: it starts again when the study goes on",
  overdue: "not told in time: it fails when the study goes on",
} as const;

/** How a study goes, for people. */
export function statusLines(status: StudyStatus): readonly string[] {
  const { name, trials, interrupted, lastHour, attempts } = status;
  const { complete, pruned, failed, waiting } = trials;
  const ended = `${complete} complete, ${pruned} pruned, ${failed} failed`;
  const stopped = interrupted > 0 ? `, ${interrupted} interrupted` : "";
  return [
    `Study ${quotedName(name)}: ${ended}, ${trials.running - interrupted} running${stopped}, ${waiting} queued`,
    `${lastHour} ended in the last hour; ${attempts} started again`,
    ...workerLines(status),
    ...trialLines(status),
  ];
}

function workerLines({ workers, idle, oldestSignMs }: StudyStatus): readonly string[] {
  if (workers.length === 0) return [];
  const gone = workers.filter(({ state }) => state === "gone").length;
  const parts = [
    `${counted(workers.length - gone, "worker")}, ${idle} of them idle`,
    ...(gone > 0 ? [`${gone} gone`] : []),
    ...(oldestSignMs === null ? [] : [`oldest sign of life ${format.seconds(oldestSignMs)} ago`]),
  ];
  const rows = workers.map(({ worker, host, running, lastSignMs, state }) => [
    worker.slice(0, 8),
    host,
    state === "gone" ? "" : running > 0 ? String(running) : state === "idle" ? "idle" : "",
    lastSignMs === null ? "unknown" : format.seconds(lastSignMs),
    running === 0 && state === "silent" ? "silent: it may be gone" : STATES[state],
  ]);
  return [parts.join("; "), "", table(["worker", "host", "runs", "last sign", ""], rows)];
}

function trialLines({ running }: StudyStatus): readonly string[] {
  if (running.length === 0) return [];
  const rows = running.map((trial) => [
    String(trial.number),
    trial.worker?.slice(0, 8) ?? "not known",
    trial.device ?? "",
    String(trial.attempt),
    trial.since ?? "",
    trial.lastStep === null ? "" : String(trial.lastStep),
    RUN_STATES[trial.state],
  ]);
  return ["", table(["trial", "worker", "device", "attempt", "since", "step", ""], rows)];
}
