import type { Option } from "commander";
import type { LaunchFlags, WorkJob } from "./work-job.ts";

/** A system that starts workers and starts them again: what it is told, as text. */
export interface Launcher {
  /** As it is typed: `hpo launch NAME`. */
  readonly name: string;
  readonly description: string;
  /** Its own options, beside those of every launcher. */
  readonly options: readonly Option[];
  /** Where it runs, whatever `--folder` and `--hpo` say; a launcher without them has none of these options. */
  readonly place?: { readonly folder: string; readonly hpo: string };
  /** The one command that takes what is written from stdin, if there is one. */
  readonly submit?: readonly [string, ...string[]];
  /**
   * The script or manifest.
   * @throws UsageError on flags that it can't follow
   */
  write(job: WorkJob, flags: LaunchFlags): string | Promise<string>;
}
