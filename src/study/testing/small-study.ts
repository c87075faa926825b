import { createStudy, float, int, searchSpace, type Study } from "../../index.ts";
import type { Params } from "../../space/index.ts";
import { random } from "../../../strategies/index.ts";

export const smallSpace = searchSpace({ x: float(-1, 1), n: int(0, 9) });
export const xOf = (trial: { params: Params }): number => trial.params["x"] as number;

export const newStudy = (extra: Record<string, unknown> = {}): Promise<Study> =>
  createStudy({ name: "s", space: smallSpace, strategy: random(), ...extra });

/** Runs one trial per value. */
export async function withValues(study: Study, values: readonly (number | readonly number[])[]) {
  for (const value of values) {
    const trial = await study.ask();
    await study.tell(trial!, value);
  }
  return study;
}
