import { parseDeviceOptions, type DeviceOptions } from "../../runner/devices/options.ts";
import {
  checkTrialOptions,
  type Isolation,
  type TrialOptions,
} from "../../runner/trial-options.ts";
import { requireStudyName } from "../../errors/stored-name.ts";
import { findReceiver } from "../../study/notify/find-receiver.ts";
import { parseNotify } from "../../study/notify/notify-options.ts";
import { checkFileLimits } from "../../study/cleaning/file-limits.ts";
import type { PartFlags } from "../given-parts.ts";
import type { CommonOptions } from "../options.ts";
import { shellQuote } from "../shell-quote.ts";
import { asUsage } from "../usage-error.ts";

/** What a run is given beside its study file. */
export interface RunFlags extends CommonOptions, DeviceOptions, PartFlags {
  readonly trials?: number;
  readonly workers?: number;
  /** Stop rules with their numbers, as `noImprovement=20`. */
  readonly until?: readonly string[];
  /** In milliseconds. */
  readonly timeout?: number;
  readonly name?: string;
  readonly seed?: number;
  readonly quiet?: boolean;
  readonly keepBest?: number;
  readonly notify?: string;
  readonly artifactsLimit?: string;
  /** In milliseconds, as the next one. */
  readonly trialTimeout?: number;
  readonly silence?: number;
  readonly memoryLimit?: string;
  readonly isolation?: Isolation;
  /** How long running trials have to end after the first signal, in milliseconds. */
  readonly drain?: number;
}

export const isQuiet = (flags: RunFlags): boolean => flags.quiet === true || flags.json === true;

/** How each flag that belongs to the study, not to the call, is typed; and the type of its value. */
const KEPT = {
  trials: "number",
  workers: "number",
  seed: "number",
  until: "strings",
  strategy: "string",
  pruner: "string",
  timeout: "milliseconds",
  trialTimeout: "milliseconds",
  silence: "milliseconds",
  drain: "milliseconds",
  memoryLimit: "string",
  keepBest: "number",
  artifactsLimit: "string",
  isolation: "string",
  devices: "string",
  trialsPerDevice: "number",
  devicesPerTrial: "number",
  memoryPerTrial: "string",
  shareDevices: "boolean",
} as const;

type KeptName = keyof typeof KEPT;
export type KeptFlags = Partial<Pick<RunFlags, KeptName>>;

const NAMES = Object.keys(KEPT) as KeptName[];

function isOfKind(value: unknown, kind: (typeof KEPT)[KeptName]): boolean {
  if (kind === "strings") {
    return Array.isArray(value) && value.every((one) => typeof one === "string");
  }
  return typeof value === (kind === "milliseconds" ? "number" : kind);
}

/** Those that a study goes on with: of a run, or as they are stored, where others are left out. */
export function keptFlags(given: unknown): KeptFlags {
  const all = Object(given) as Readonly<Record<KeptName, unknown>>;
  const kept = NAMES.filter((name) => isOfKind(all[name], KEPT[name]));
  return Object.fromEntries(kept.map((name) => [name, all[name]]));
}

/** `--seed 5 --trial-timeout 90s` */
export const flagsText = (flags: KeptFlags): string =>
  NAMES.flatMap((name) => wordsOf(name, flags[name])).join(" ");

function wordsOf(name: KeptName, value: KeptFlags[KeptName]): string[] {
  if (value === undefined || value === false) return [];
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [flag];
  const values = typeof value === "object" ? value : [value];
  return values.map((one) => {
    const text = KEPT[name] === "milliseconds" ? `${Number(one) / 1000}s` : String(one);
    return `${flag} ${shellQuote(text)}`;
  });
}

export const limitsOf = (flags: RunFlags): TrialOptions => {
  const { isolation, trialTimeout, silence, memoryLimit } = flags;
  return { isolation, trialTimeoutMs: trialTimeout, silenceMs: silence, memoryLimit };
};

/** @throws UsageError on a name, or options of trials or devices, that can't be */
export const checkRunFlags = (command: string, flags: RunFlags): void =>
  asUsage(() => {
    if (flags.name !== undefined) requireStudyName("--name", flags.name);
    checkTrialOptions(command, limitsOf(flags));
    checkFileLimits(command, flags);
    if (flags.notify !== undefined) findReceiver("--notify", parseNotify("--notify", flags.notify));
    parseDeviceOptions(flags);
  });
