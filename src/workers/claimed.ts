import { existsSync } from "node:fs";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { distributionToJson } from "../space/distribution-json.ts";
import type { StudyEngine } from "../study/study-engine.ts";
import type { ActiveTrial } from "../study/trial/active-trial.ts";
import type { Asked } from "../study/trial/start-attributes.ts";
import type { Claimed } from "./work-source.ts";

/**
 * What a worker is given of the trial that it claimed.
 * @param isOpen whether its objective asks for its parameters as it runs
 */
export function claimedOf(engine: StudyEngine, trial: ActiveTrial, isOpen: boolean): Claimed {
  const { number, params, userAttrs, systemAttrs, startedAt } = trial.snapshot();
  const { [ATTRIBUTE.asked]: asked, [ATTRIBUTE.why]: _why, ...rest } = systemAttrs;
  const { directory, lastStep } = trial.continueFrom ?? {};
  const hasFiles = existsSync(trial.directoryPath) || existsSync(directory ?? "");
  return {
    number,
    lease: trial.held!.lease,
    params,
    userAttrs,
    systemAttrs: rest,
    startedAt: (startedAt ?? new Date()).toISOString(),
    ...(lastStep !== undefined && { lastStep }),
    ...(hasFiles && { hasFiles }),
    ...(isOpen && { open: openTrial(engine, asked as Asked) }),
  };
}

function openTrial({ starter }: StudyEngine, { suggested = {} }: Asked): Claimed["open"] {
  const known = starter.suggester.space.parameters.map(
    ({ name, distribution }) => [name, distributionToJson(distribution)] as const,
  );
  return { suggested, known: Object.fromEntries(known) };
}
