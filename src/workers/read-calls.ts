import type { Storage, StudyRecord, TrialDetail } from "../contracts/storage.ts";
import { studyToWire, trialToWire } from "./record-json.ts";

/** What who may only look at a study can ask: GET /v1/studies/NAME/CALL. */
const READ_CALLS = ["study", "trials", "numbered", "signs"] as const;
export type ReadCall = (typeof READ_CALLS)[number];

export const isReadCall = (call: string): call is ReadCall =>
  (READ_CALLS as readonly string[]).includes(call);

/** Which workers the coordinator itself has heard. */
export const PRESENT_CALL = "workers";

/** @param given of the query: `from`, `detail`, `numbers`, `workers` */
export async function answerRead(
  storage: Storage,
  study: StudyRecord,
  call: ReadCall,
  given: URLSearchParams,
): Promise<unknown> {
  switch (call) {
    case "study":
      return studyToWire(study);
    case "trials": {
      const detail = (given.get("detail") ?? undefined) as TrialDetail | undefined;
      const from = Number(given.get("from") ?? 0);
      const { trials, steering } = await storage.readTrials(study.id, undefined, detail);
      return { trials: trials.filter(({ number }) => number >= from).map(trialToWire), steering };
    }
    case "numbered": {
      const numbers = listOf(given, "numbers").map(Number);
      return (await storage.readNumbered(study.id, numbers)).map(trialToWire);
    }
    case "signs":
      return [...(await storage.readSigns(listOf(given, "workers")))];
  }
}

const listOf = (given: URLSearchParams, name: string): string[] =>
  (given.get(name) ?? "").split(",").filter((each) => each !== "");
