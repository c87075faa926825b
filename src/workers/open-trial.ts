import { distributionToJson } from "../space/distribution-json.ts";
import type { StudyEngine } from "../study/study-engine.ts";
import type { Asked } from "../study/trial/start-attributes.ts";
import type { Claimed } from "./work-source.ts";

/** What a worker needs whose objective asks for its parameters as it runs. */
export function openTrial({ starter }: StudyEngine, { suggested = {} }: Asked): Claimed["open"] {
  const known = starter.suggester.space.parameters.map(
    ({ name, distribution }) => [name, distributionToJson(distribution)] as const,
  );
  return { suggested, known: Object.fromEntries(known) };
}
