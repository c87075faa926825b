import { setFlagsFromString } from "node:v8";

/** Node 20's V8; those of later versions have no such flag, and a cheaper optimizer before the other. */
const CAN_WAIT = process.versions.v8.startsWith("11.");
let isShort = false;

/** This process ends within a second: see `spareCompiler`. */
export function expectShortProcess(): void {
  isShort = true;
}

/**
 * In a short process, lets functions run 44 times as long before V8 optimizes them: that takes more
 * CPU, in threads beside, than such a process gets back. What is computed stays the same. To be called once
 * the modules of Node's that are needed are loaded: V8 takes none of them as compiled under other flags.
 */
export const spareCompiler = (): void => setBudget(3_000_000);

/**
 * From here on the process computes for long enough that V8 pays earlier, at a twentieth of that, but without
 * inlining functions into others, which takes more CPU than such a process gets back.
 */
export function callCompiler(): void {
  if (isShort) setFlagsFromString("--no-turbo-inlining");
  setBudget(150_000);
}

/** V8 optimizes a function once it has run through so many bytes of its own code; 67,584 by itself. */
function setBudget(bytes: number): void {
  if (isShort && CAN_WAIT) setFlagsFromString(`--interrupt-budget=${bytes}`);
}
