/*
 * Loaded before a program (node --import), shifts all that it reads of the wall clock by so many ms.
 * What runs by the monotonic clock is left alone, as by a machine whose clock is wrong.
 */
const offsetMs = Number(process.env["HPO_TEST_CLOCK_MS"] ?? 0);
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(ShiftedDate.now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

if (offsetMs !== 0) globalThis.Date = ShiftedDate as DateConstructor;

export {};
