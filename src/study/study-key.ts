import { randomUUID } from "node:crypto";
import { markPlace } from "../artifacts/study-mark.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { Turn } from "../contracts/storage.ts";
import { takeTurn } from "../storage/take-turn.ts";
import { HpoError } from "../errors/errors.ts";
import type { StudyState } from "./study-state.ts";

/**
 * The key that tells a study apart from others of its name. It is made once, when machines begin to
 * share the study, and marked in the folder where this process keeps its trials' files.
 */
export async function studyKey(state: StudyState): Promise<string> {
  const { storage, record, parts, isShared, hub } = state;
  const give = async (turn: Turn): Promise<string> => {
    const known = (await turn.study()).systemAttrs[ATTRIBUTE.key];
    if (typeof known === "string") return known;
    const made = randomUUID();
    await turn.setAttributes({ system: { [ATTRIBUTE.key]: made } });
    return made;
  };
  const key = await takeTurn(() => storage.inTurn(record.id, give));
  try {
    if (isShared) markPlace(parts.folders.places[0], key);
  } catch (error) {
    // The folder can't be marked, which matters only if trials keep files there.
    if (!(error instanceof HpoError)) throw error;
    hub.note(error.message);
  }
  return key;
}
