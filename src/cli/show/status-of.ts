import type { Storage, StudySummary } from "../../contracts/storage.ts";
import { presentIn } from "../../study/heartbeat/presence.ts";
import { viewStudy, type StudyView } from "../../study/study-view.ts";
import { isInterrupted } from "../../study/trial/lost-trial.ts";
import { isAlive, type ProcessIdentity } from "../../system/process-identity.ts";
import type { HttpStorage } from "../../workers/http-storage.ts";
import { studyStatus, watchedOf, type StudyStatus } from "../../workers/study-status.ts";

/** How a stored study goes, or one that a coordinator serves. */
export async function statusOf(view: StudyView): Promise<StudyStatus> {
  const { name, storage, counts, finished } = view;
  const running = view.trials("running").filter((trial) => trial.state === "running");
  const entered = presentIn((await storage.findStudy(name))?.systemAttrs ?? {});
  const signs = await storage.readSigns(watchedOf(running, entered));
  const present = "present" in storage ? await (storage as HttpStorage).present(name) : undefined;
  return studyStatus({ name, counts, finished, running }, { signs, entered, present }, new Date());
}

/** How many of a study's running trials nobody runs any more, as its status counts them. */
export async function interruptedOf(study: StudySummary, storage: Storage): Promise<number> {
  const { runners, counts, name } = study;
  const isSeen = (runner: unknown): boolean =>
    isInterrupted(runner) || isAlive(runner as ProcessIdentity) === true;
  // Where all of their processes can be seen from here no trial is read.
  if (runners.length === counts.running && runners.every(isSeen)) {
    return runners.filter(isInterrupted).length;
  }
  return (await statusOf(await viewStudy(name, storage, { detail: "outline" }))).interrupted;
}
