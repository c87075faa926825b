import type { DeviceOptions } from "../../runner/devices/options.ts";
import type { DrainWay } from "./drain.ts";

/** What hpo study work is told on the command line. */
export interface WorkFlags extends DeviceOptions {
  readonly file?: string;
  readonly workers?: number;
  readonly maxTrials?: number;
  /** The study's total. */
  readonly trials?: number;
  /** In milliseconds, as the next one. */
  readonly lease?: number;
  readonly idleExit?: number;
  readonly drain?: DrainWay;
  readonly artifacts?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}
