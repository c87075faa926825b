import { writeSync } from "node:fs";
import { DuplicateStudyError } from "../errors/errors.ts";
import { openStorage } from "../storage/open-storage.ts";

// usage: storage-writer.js URL COUNT LABEL: adds COUNT trials to study "s", reports to and finishes
// each, and prints a trial's number as soon as its end is acknowledged.

const [url, count, label] = process.argv.slice(2);
const storage = await openStorage(url);
const id = await studyId();
for (let index = 0; index < Number(count); index++) {
  const [trial] =
    (await storage.createTrials(id, [
      {
        state: "running",
        params: { x: index },
        distributions: { x: { kind: "float", low: 0, high: 1e9, log: false } },
        reports: [],
        userAttrs: { label },
        systemAttrs: {},
        startedAt: new Date(),
      },
    ])) ?? [];
  await storage.updateTrial(trial.id, { reports: [{ step: 0, value: trial.number }] });
  await storage.finishTrial(trial.id, {
    state: "complete",
    values: [trial.number],
    completedAt: new Date(),
  });
  writeSync(1, `${trial.number}\n`);
}
await storage.close();

/** Whoever comes first creates it. */
async function studyId(): Promise<number> {
  try {
    return (await storage.createStudy({ name: "s", directions: ["minimize"] })).id;
  } catch (error) {
    if (!(error instanceof DuplicateStudyError)) throw error;
    const found = await storage.findStudy("s");
    if (!found) throw error;
    return found.id;
  }
}
