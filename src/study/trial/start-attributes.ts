import type { Params } from "../../space/search-space.ts";
import type { Seen } from "../asking/seen.ts";

export interface Asked extends Seen {
  /** Index among the study's versions; 0 if left out. */
  readonly version?: number;
  /** Define-by-run: what was suggested before the objective asked. */
  readonly suggested?: Params;
}
