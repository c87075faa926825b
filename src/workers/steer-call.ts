import type { Storage } from "../contracts/storage.ts";
import * as steering from "../study/steer/steer-trials.ts";
import { z } from "../vendor/zod.ts";

/** What people with a token of scope admin do to trials: POST /v1/studies/NAME/steer. */
export const STEER_CALL = z.object({
  do: z.enum(["cancel", "exclude", "include", "requeue", "fail"]),
  numbers: z.array(z.int()),
  force: z.boolean().optional(),
  message: z.string().optional(),
});
export type SteerCall = z.infer<typeof STEER_CALL>;

export async function steer(storage: Storage, study: string, call: SteerCall): Promise<void> {
  const state = await steering.openSteered(study, storage);
  const { numbers, ...options } = call;
  switch (call.do) {
    case "cancel":
      return steering.cancel(state, numbers);
    case "exclude":
      return steering.setExcluded(state, numbers, true);
    case "include":
      return steering.setExcluded(state, numbers, false);
    case "requeue":
      return steering.requeue(state, numbers, options);
    case "fail":
      return steering.fail(state, numbers, options);
  }
}
