import { visible } from "../../cli/visible.ts";
import { HpoError } from "../../errors/errors.ts";
import { createRng, type Rng } from "../../numerics/rng.ts";

/** One input, and what hpo makes of it. */
export interface FuzzInput {
  /** As a person may try it. */
  readonly text: string;
  /** Where it is refused, the error names one of these. */
  readonly names: readonly string[];
  /**
   * Takes it as hpo takes it from its user, and again after it was written out.
   * @throws HpoError where it is refused; FuzzFault where a rule is broken
   */
  readonly take: () => unknown;
}

/** Draws inputs of one kind, right ones and wrong ones. */
export interface Fuzzer {
  readonly name: string;
  /** @param folder for its files, empty at first */
  draw(rng: Rng, folder: string): FuzzInput;
}

/** A rule that hpo broke. */
export class FuzzFault extends Error {
  override name = "FuzzFault";
}

export interface FoundFault {
  /** Gives the same input again, with a count of 1. */
  readonly seed: number;
  readonly text: string;
  readonly what: string;
}

export interface FuzzResult {
  readonly name: string;
  readonly count: number;
  readonly accepted: number;
  readonly faults: readonly FoundFault[];
  /** The most CPU time that an input took. */
  readonly slowestMs: number;
}

export interface FuzzOptions {
  /** Of the first input; each that follows has the next one. */
  readonly seed: number;
  readonly count: number;
  readonly folder: string;
  /** CPU time that one input may take. */
  readonly limitMs: number;
  /** Told before each input is taken. */
  readonly onInput?: (seed: number) => void;
}

/** Takes `count` inputs, one after the other. */
export async function fuzz(fuzzer: Fuzzer, options: FuzzOptions): Promise<FuzzResult> {
  const { seed: first, count, folder, limitMs, onInput } = options;
  const faults: FoundFault[] = [];
  let accepted = 0;
  let slowestMs = 0;
  for (let seed = first; seed < first + count; seed++) {
    onInput?.(seed);
    const input = fuzzer.draw(createRng(seed, fuzzer.name), folder);
    const before = process.cpuUsage();
    const { isAccepted, fault } = await outcomeOf(input);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    slowestMs = Math.max(slowestMs, ms);
    if (isAccepted) accepted++;
    const what = fault ?? (ms > limitMs ? `it took ${Math.round(ms)} ms of CPU time` : undefined);
    if (what !== undefined) faults.push({ seed, text: input.text, what });
  }
  return { name: fuzzer.name, count, accepted, faults, slowestMs };
}

interface Outcome {
  readonly isAccepted: boolean;
  readonly fault?: string;
}

async function outcomeOf(input: FuzzInput): Promise<Outcome> {
  try {
    await input.take();
    return { isAccepted: true };
  } catch (error) {
    if (error instanceof FuzzFault) return { isAccepted: false, fault: error.message };
    if (!(error instanceof HpoError)) {
      const stack = error instanceof Error ? error.stack : String(error);
      return { isAccepted: false, fault: `raw: ${stack}` };
    }
    return { isAccepted: false, fault: faultOfRefusal(error.message, input.names) };
  }
}

/** What V8 says of a fault in the program, and what no message for people holds. */
const RAW =
  /\n\s+at .*:\d+|\b(?:Type|Range|Reference|Syntax|Zod|Yaml|YAML)Error\b|Cannot (?:read|set|convert|destructure|create)|is not (?:a function|iterable|defined|a constructor)|\[object |\bundefined\b|Maximum call stack|Invalid (?:array length|time value|count value)/;

/** What is wrong with the words of a refusal; undefined where nothing is. */
export function faultOfRefusal(message: string, names: readonly string[]): string | undefined {
  const raw = RAW.exec(message);
  if (raw) return `"${raw[0].trim()}" in the error: ${message}`;
  // A command shows what a terminal would obey.
  const isNamed = (name: string) => message.includes(name) || message.includes(visible(name));
  if (names.some(isNamed)) return undefined;
  return `the error names none of ${JSON.stringify(names)}: ${message}`;
}

/** @throws FuzzFault unless both are the same as JSON, whatever the order of their keys */
export function requireSame(what: string, before: unknown, after: unknown): void {
  const [one, other] = [before, after].map((value) => JSON.stringify(value, canonical));
  if (one !== other) throw new FuzzFault(`${what} came back changed: ${one} → ${other}`);
}

function canonical(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return `number ${value}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a generator draws enough that is right, and enough that is wrong. */
export const isShareRight = ({ accepted, count }: FuzzResult): boolean =>
  accepted >= 0.1 * count && accepted <= 0.9 * count;
