// What is known of errors by their words alone, as who throws them gives no code. Each is tested
// against the real error, so that a new version that words it differently fails its test.

/** Piscina: the exit code of a thread that ended in the middle of a task. */
export const threadExitCode = (error: unknown): string | undefined =>
  found(/^worker exited with code: (.*)$/, error);

/** V8: a WebAssembly module whose heap has no room left reads or writes beyond it. */
export const isBeyondWasmMemory = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "RuntimeError" &&
  found(/(memory access out of bounds)/, error) !== undefined;

/** Node and jiti have a code for a missing module; which one it is stands in the words. */
export const missingModule = (error: unknown): string | undefined =>
  found(/^Cannot find (?:package|module) '([^']+)'/, error);

/** tfjs-core: the kernel for which no gradient is registered. */
export const kernelWithoutGradient = (error: unknown): string | undefined =>
  found(/gradient function not found for (\w+)/, error);

function found(pattern: RegExp, error: unknown): string | undefined {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" ? pattern.exec(message)?.[1] : undefined;
}
