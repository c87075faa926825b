import { TRIAL_DETAILS, type Storage, type StudyRecord } from "../contracts/storage.ts";
import { requireInteger, requireOneOf } from "../errors/checks.ts";
import { decimalIn } from "../errors/decimal.ts";
import { studyToWire, trialToWire } from "./record-json.ts";

/** Calls that need only the right to read a study: GET /v1/studies/NAME/CALL. */
const READ_CALLS = ["study", "trials", "numbered", "signs"] as const;
export type ReadCall = (typeof READ_CALLS)[number];

export const isReadCall = (call: string): call is ReadCall =>
  (READ_CALLS as readonly string[]).includes(call);

/** The call for the workers that the coordinator itself has heard. */
export const PRESENT_CALL = "workers";

/**
 * @param given of the query: `from`, `detail`, `numbers`, `workers`
 * @throws HpoError naming the one that is not what it must be
 */
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
      const detail = given.get("detail") ?? undefined;
      if (detail !== undefined) requireOneOf("detail", detail, TRIAL_DETAILS);
      const from = numberOf("from", given.get("from") ?? "0");
      const { trials, steering } = await storage.readTrials(study.id, undefined, detail);
      return { trials: trials.filter(({ number }) => number >= from).map(trialToWire), steering };
    }
    case "numbered": {
      const numbers = listOf(given, "numbers").map((each) => numberOf("numbers", each));
      return (await storage.readNumbered(study.id, numbers)).map(trialToWire);
    }
    case "signs":
      return [...(await storage.readSigns(listOf(given, "workers")))];
  }
}

function numberOf(name: string, text: string): number {
  const number = decimalIn(text);
  requireInteger(name, Number.isNaN(number) ? text : number, 0);
  return number;
}

const listOf = (given: URLSearchParams, name: string): string[] =>
  (given.get(name) ?? "").split(",").filter((each) => each !== "");
