import { spawn } from "node:child_process";
import { HpoError } from "../../errors/errors.ts";
import type { Environment } from "./device.ts";

export interface SmiOptions {
  /** The program's environment, by whose PATH it is found. */
  readonly env: Environment;
  readonly timeoutMs?: number;
}

export type SmiRun =
  | { readonly kind: "missing" }
  | {
      readonly kind: "ran";
      readonly code: number | null;
      readonly stdout: string;
      readonly stderr: string;
    };

/** A card takes seconds to wake up; a driver that hangs never answers. */
const TIMEOUT_MS = 20_000;

/**
 * Runs a vendor's program that lists its devices.
 * @throws HpoError if it does not answer in time, or can't be run.
 */
export async function runSmi(
  program: string,
  args: readonly string[],
  { env, timeoutMs = TIMEOUT_MS }: SmiOptions,
): Promise<SmiRun> {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SmiRun>((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return resolve({ kind: "missing" });
        reject(new HpoError(`${program} can't be run: ${error.message}. Repair its installation.`));
      });
      child.once("close", (code) =>
        resolve({ kind: "ran", code, stdout: textOf(out), stderr: textOf(err) }),
      );
      timer = setTimeout(() => reject(silent(program, args, timeoutMs)), timeoutMs);
    });
  } finally {
    clearTimeout(timer);
    // A process that hangs in the driver survives SIGKILL, so its end is not awaited.
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  }
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");

const silent = (program: string, args: readonly string[], timeoutMs: number): HpoError =>
  new HpoError(
    `${program} did not answer within ${timeoutMs / 1000} s, so the driver may hang. Try ` +
      `"${[program, ...args].join(" ")}" by hand; reset the card or restart the machine, or pass ` +
      "--devices none to run without GPUs.",
  );

/** The error for a program that failed, with its output in one line. */
export function smiFailure(program: string, run: Extract<SmiRun, { kind: "ran" }>): HpoError {
  const said = `${run.stdout}\n${run.stderr}`.trim().replace(/\s*\n\s*/g, " ");
  const words = said === "" ? "it printed nothing" : said.slice(0, 500);
  return new HpoError(
    `${program} failed (exit code ${run.code ?? "unknown"}): ${words.replace(/\.$/, "")}. Repair the ` +
      "driver, or pass --devices none to run without GPUs.",
  );
}

const MIB = 1024 * 1024;

/** A number, where the program gives one: not `[N/A]`, `[Insufficient Permissions]`, … */
export function leadingNumber(text: string | undefined): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)/.exec(text ?? "");
  return match ? Number(match[1]) : undefined;
}

/** Bytes of a number of MiB, with its unit or without. */
export function mibIn(text: string | undefined): number | undefined {
  const value = leadingNumber(text);
  return value === undefined ? undefined : value * MIB;
}
