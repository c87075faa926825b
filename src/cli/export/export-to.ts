import { setTimeout as sleep } from "node:timers/promises";
import { HpoError } from "../../errors/errors.ts";
import type { Tracker } from "../../export/trackers/tracked.ts";
import type { StudyView } from "../../study/study-view.ts";
import type { CommonOptions } from "../options.ts";
import { print, printJson } from "../output.ts";
import { hasLivingRunner } from "../show/study-logs.ts";
import { UsageError } from "../usage-error.ts";
import { counted } from "../../errors/counted.ts";

export interface TrackerFlags extends CommonOptions {
  readonly to: "tensorboard" | "mlflow" | "prometheus" | "jsonl";
  readonly out?: string;
  readonly url?: string;
  readonly follow?: boolean;
}

const FOLLOW_MS = 2000;
/** Started together with a run, it waits so long for its first trial. */
const FIRST_TRIAL_MS = 10_000;

/** Keeps a study elsewhere; with `follow`, what it adds as long as a process runs it. */
export async function exportTo(study: StudyView, flags: TrackerFlags): Promise<void> {
  const { tracker, place } = await trackerOf(study.name, flags);
  let count = await tracker.update(study);
  if (flags.follow) {
    print(`Keeping ${place}, until nothing runs the study. Ctrl-C ends it.`);
    count += await follow(study, tracker);
  }
  if (flags.json) printJson({ to: flags.to, place, trials: count });
  else if (flags.follow) {
    print(
      `Nothing runs the study any more: ${place} has its ${counted(study.trials().length, "trial")}.`,
    );
  } else {
    print(
      count === 0
        ? `Nothing is new in ${place}.`
        : `${counted(count, "trial")} written to ${place}.`,
    );
  }
}

async function follow(study: StudyView, tracker: Tracker): Promise<number> {
  let count = 0;
  let waitedMs = 0;
  for (let isSeen = false, goesOn = true; goesOn; waitedMs += FOLLOW_MS) {
    await sleep(FOLLOW_MS);
    // Looked at before: what ended meanwhile is written then.
    const runs = hasLivingRunner(study);
    isSeen ||= runs;
    goesOn = runs || (!isSeen && waitedMs < FIRST_TRIAL_MS);
    await study.refresh();
    count += await tracker.update(study);
  }
  return count;
}

async function trackerOf(
  name: string,
  { to, out, url }: TrackerFlags,
): Promise<{ readonly tracker: Tracker; readonly place: string }> {
  switch (to) {
    case "tensorboard": {
      const { tensorBoard } = await import("../../export/trackers/tensorboard.ts");
      const folder = out ?? `tensorboard/${fileName(name)}`;
      return { tracker: tensorBoard(folder), place: folder };
    }
    case "mlflow": {
      const { mlflow } = await import("../../export/trackers/mlflow.ts");
      if (url === undefined || !/^https?:/.test(url)) {
        throw new UsageError(
          `--to mlflow needs its server${url === undefined ? "" : `, not ${url}`}: --url ` +
            "http://localhost:5000, or MLFLOW_TRACKING_URI.",
        );
      }
      const token = process.env["MLFLOW_TRACKING_TOKEN"];
      return { tracker: mlflow({ url, ...(token && { token }) }), place: url };
    }
    case "prometheus": {
      const { prometheusFile } = await import("../../export/trackers/prometheus.ts");
      const file = out ?? `${fileName(name)}.prom`;
      return { tracker: prometheusFile(file), place: file };
    }
    case "jsonl": {
      const { jsonLinesFile } = await import("../../export/trackers/json-lines.ts");
      const file = out ?? `${fileName(name)}.jsonl`;
      return { tracker: jsonLinesFile(file), place: file };
    }
  }
}

/** A study's name may hold signs that a file's must not. */
function fileName(name: string): string {
  const file = name.replace(/[^\w.-]+/g, "-").replace(/^\.+/, "");
  if (file !== "") return file;
  throw new HpoError(`Study ${JSON.stringify(name)} gives no file's name. Give one: --out FILE.`);
}
