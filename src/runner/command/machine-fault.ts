import { readFileSync } from "node:fs";
import type { Outcome } from "../../contracts/objective.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";
import type { FailedOutcome } from "../outcome.ts";

/** A failure that the trial's parameters and program are not to blame for. */
export interface MachineFault {
  /** `device`: of the card or its driver; one that fails several trials in a row is set aside. */
  readonly kind: "device" | "machine";
  /** For people: the program's words, or how it ended. */
  readonly why: string;
}

/**
 * What CUDA, HIP and their drivers say when a card is broken. Not among them: what a program can
 * bring about by itself, as `OWN_MISTAKES`.
 */
const DEVICE_WORDS = [
  /CUDA-capable devices?(?:\(s\))?(?: is\/are| are| is) busy or unavailable/i,
  /CUDA_ERROR_(?:DEVICE_UNAVAILABLE|ECC_UNCORRECTABLE|NVLINK_UNCORRECTABLE|SYSTEM_NOT_READY|NO_DEVICE|CONTAINED)/,
  /cudaError(?:DevicesUnavailable|ECCUncorrectable|NvlinkUncorrectable|SystemNotReady|NoDevice)\b/,
  /CUDA (?:driver )?(?:error|initialization):.*(?:unknown error|initialization error|system not yet initialized)/i,
  /no CUDA-capable device is detected/i,
  /uncorrectable (?:ECC|NVLink) error/i,
  /\bXid\b[^\n]*\d|fallen off the bus|GPU is lost|Unable to determine the device handle/i,
  /Failed to initialize NVML|Driver\/library version mismatch|couldn't communicate with the NVIDIA driver/i,
  /hipError(?:NoDevice|DeviceUnavailable|ECCNotCorrectable)\b|HW Exception by GPU node|\bGPU reset\b/i,
];

/** What NCCL says when a card or the way between two is broken, or when a program broke the card's work. */
const NCCL_WORDS = [
  /\bnccl(?:System|Remote|Internal)Error\b|NCCL[^\n]*(?:unhandled (?:system|cuda) error|remote process exited|internal error)/i,
  /Watchdog caught collective operation timeout|NCCL[^\n]*watchdog[^\n]*(?:timeout|terminated)/i,
];

/** Errors of a kernel that does what it must not; after one of them NCCL's own words are no sign of a broken card. */
const OWN_MISTAKES =
  /device-side assert|illegal (?:memory access|instruction)|misaligned address|invalid (?:address space|program counter)/i;

/** What a file system says that is away for a while. */
const MACHINE_WORDS = [
  /Stale file handle|Transport endpoint is not connected|\[Errno 5\] Input\/output error/i,
];

/** As torchrun tells of a worker's end, and as shells count it. */
const WORKER_KILLED = /Signal 9 \(SIGKILL\) received/;
/** Torchrun itself kills the workers that are left after one failed: the first failure counts. */
const FIRST_FAILURE = "Root Cause (first observed failure):";
const SIGKILL_EXIT = 128 + 9;

/**
 * A command's outcome, and whether the machine is to blame for its failure: by its last words on
 * stderr, by a SIGKILL that was not ours, or by an exit code of the user's list. Lack of memory and
 * divergence never are; a SIGKILL while the kernel killed because memory ran out is lack of memory.
 * @param killsBefore what `oomKillCount` gave as it started
 */
export function judged(
  outcome: Outcome,
  end: CommandEnd,
  retryOn: readonly number[],
  killsBefore: number | undefined,
): { readonly outcome: Outcome; readonly fault?: MachineFault } {
  // An outcome with an error is the study's own refusal, and the end that followed our doing.
  const isOwnEnd = outcome.kind === "failed" && outcome.failure.reason === "error";
  if (!isOwnEnd || outcome.error !== undefined || end.kind !== "exited") return { outcome };
  const words = wordsOf(outcome);
  if (wasKilled(end, words) && (oomKillCount() ?? 0) > (killsBefore ?? Infinity)) {
    const message = "The command was killed by the system because memory ran out.";
    return { outcome: { kind: "failed", failure: { reason: "outOfMemory", message } } };
  }
  const fault = faultOf(end, words, retryOn);
  return fault ? { outcome, fault } : { outcome };
}

const wordsOf = ({ failure }: FailedOutcome): string =>
  failure.reason === "error" ? (failure.stack ?? "") : "";

function faultOf(
  end: Extract<CommandEnd, { kind: "exited" }>,
  words: string,
  retryOn: readonly number[],
): MachineFault | undefined {
  // It ended well without a result: the program's own mistake.
  if (end.code === 0) return undefined;
  const isOwnMistake = OWN_MISTAKES.test(words);
  const device = lineOf(words, isOwnMistake ? DEVICE_WORDS : [...DEVICE_WORDS, ...NCCL_WORDS]);
  if (device !== undefined) return { kind: "device", why: device };
  const machine = lineOf(words, MACHINE_WORDS);
  if (machine !== undefined) return { kind: "machine", why: machine };
  if (wasKilled(end, words)) return { kind: "machine", why: "it was killed by SIGKILL" };
  if (end.code !== null && retryOn.includes(end.code)) {
    return { kind: "machine", why: `it ended with exit code ${end.code}` };
  }
  return undefined;
}

/** Whether a command, or what it watched over, died of a SIGKILL. */
function wasKilled(end: Extract<CommandEnd, { kind: "exited" }>, words: string): boolean {
  if (end.signal === "SIGKILL" || end.code === SIGKILL_EXIT) return true;
  return WORKER_KILLED.test(words.split(FIRST_FAILURE).at(-1)!);
}

function lineOf(words: string, patterns: readonly RegExp[]): string | undefined {
  const line = words.split("\n").find((each) => patterns.some((pattern) => pattern.test(each)));
  return line?.trim().slice(0, 300);
}

/**
 * How many processes the kernel has killed because memory ran out since it started; undefined where it
 * does not count. A count that grew tells a SIGKILL because memory ran out from another one.
 */
export function oomKillCount(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
