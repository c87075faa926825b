import type { ExecutionContext } from "ava";

/** Whether `actual` is within a relative error of `expected`; the numbers are printed if not. */
export function close(
  t: ExecutionContext,
  actual: number | undefined,
  expected: number,
  relative = 1e-6,
): void {
  const scale = expected === 0 ? 1 : Math.abs(expected);
  const ok = actual !== undefined && Math.abs(actual - expected) <= relative * scale;
  t.true(ok, `expected ${expected} within ${relative}, got ${actual}`);
}
