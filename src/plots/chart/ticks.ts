import { durationText, numberText, superscript } from "./number-text.ts";
import { ends, place, type Scale } from "./scale.ts";

/** A tick, where `place` puts it. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Room for labels along an axis. */
export interface LabelRoom {
  /** Of the axis, in pixels. */
  readonly length: number;
  /** Of a label along the axis, in pixels. */
  readonly sizeOf: (label: string) => number;
  /** Free space between two labels. */
  readonly gap: number;
  /** How far a label may stand over the axis' ends. */
  readonly overhang: number;
  /** The most ticks; 8 by default. */
  readonly most?: number;
}

/** As many ticks as have room, at values as people write them; none if not even one has. */
export function ticksOf(scale: Scale, room: LabelRoom): Tick[] {
  const [low, high] = ends(scale);
  const toPixels = room.length / (high - low);
  const inside = (tick: Tick): boolean => {
    const at = (tick.at - low) * toPixels;
    const half = room.sizeOf(tick.label) / 2;
    return at - half >= -room.overhang && at + half <= room.length + room.overhang;
  };
  const fits = (ticks: readonly Tick[]): boolean =>
    ticks.length <= (room.most ?? 8) &&
    ticks.every((tick, i) => {
      if (i === 0) return true;
      const apart = (tick.at - ticks[i - 1].at) * toPixels;
      return apart >= (room.sizeOf(tick.label) + room.sizeOf(ticks[i - 1].label)) / 2 + room.gap;
    });
  let best: Tick[] = [];
  for (const ticks of candidates(scale)) {
    const kept = ticks.filter(inside);
    if (!fits(kept) || kept.length <= best.length) continue;
    best = kept;
    if (best.length >= ENOUGH) break;
  }
  return best;
}

/** With fewer ticks people can't read a scale off; then a less usual set of more is looked for. */
const ENOUGH = 3;

/** Sets of ticks, the densest first. */
function* candidates(scale: Scale): Generator<Tick[]> {
  switch (scale.kind) {
    case "category":
      yield* everyOther(scale.choices.map((label, at) => ({ at, label })));
      return;
    case "time":
      for (const step of TIME_STEPS) yield multiples(scale.low, scale.high, step, durationText);
      return;
    case "linear":
      yield* linearTicks(scale.low, scale.high, scale.integer ?? false);
      return;
    case "log":
      yield* logTicks(scale);
  }
}

function* everyOther(ticks: readonly Tick[]): Generator<Tick[]> {
  for (let every = 1; every < 2 * ticks.length; every *= 2) {
    yield ticks.filter((_, i) => i % every === 0);
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((n) => n * DAY),
];

/** No axis has room for more. */
const MOST_TICKS = 60;

function multiples(
  low: number,
  high: number,
  step: number,
  label: (value: number) => string,
): Tick[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  if (!(last - first < MOST_TICKS)) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = exact((first + i) * step);
    return { at, label: label(at) };
  });
}

/** Without the dirt of binary fractions: 3 · 0.1 is 0.3. */
const exact = (value: number): number => Number(value.toPrecision(12));

function* linearTicks(low: number, high: number, integer: boolean): Generator<Tick[]> {
  const span = high - low;
  const finest = Math.floor(Math.log10(span)) - 1;
  for (let power = finest; power <= finest + 3; power++) {
    for (const factor of [1, 2, 5]) {
      const step = exact(factor * 10 ** power);
      if (integer && step < 1) continue;
      const digits = Math.max(
        3,
        1 + Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / step)),
      );
      yield multiples(low, high, step, (value) => numberText(value, Math.min(15, digits)));
    }
  }
  yield [{ at: low, label: numberText(low) }];
}

/** Batch sizes and widths are searched, and thought of, in powers of two; 1 and 2 may be anything. */
const isPowerOfTwo = (value: number): boolean => value >= 4 && Math.log2(value) % 1 === 0;

function* logTicks(scale: Extract<Scale, { kind: "linear" | "log" }>): Generator<Tick[]> {
  const { low, high, integer = false } = scale;
  const at = (value: number): number => place(scale, value);
  if (integer && (isPowerOfTwo(low) || isPowerOfTwo(high))) {
    for (const every of [1, 2, 3, 4, 5, 6, 8, 10, 16]) {
      yield powers(2, every, low, high).map((value) => ({ at: at(value), label: String(value) }));
    }
  }
  const decades = Math.log10(high / low);
  const between = decades < 1.2 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5];
  if (decades <= 4) {
    for (const factors of [between, [1, 2, 5], [1, 3]]) {
      yield decadeTicks(low, high, factors, integer).map((value) => ({
        at: at(value),
        label: numberText(value),
      }));
    }
  }
  for (const every of [1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100]) {
    yield powers(10, every, low, high).map((value) => ({ at: at(value), label: powerText(value) }));
  }
  yield* linearTicksOnLog(low, high, integer, at);
}

/** Less than a decade that holds no round value: as on a linear axis. */
function* linearTicksOnLog(
  low: number,
  high: number,
  integer: boolean,
  at: (value: number) => number,
): Generator<Tick[]> {
  for (const ticks of linearTicks(low, high, integer)) {
    yield ticks.filter((tick) => tick.at > 0).map((tick) => ({ ...tick, at: at(tick.at) }));
  }
}

function powers(base: 2 | 10, every: number, low: number, high: number): number[] {
  const log = base === 2 ? Math.log2 : Math.log10;
  const first = Math.ceil(log(low) / every - 1e-9);
  const last = Math.floor(log(high) / every + 1e-9);
  if (last - first >= MOST_TICKS) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    base === 2 ? 2 ** ((first + i) * every) : powerOfTen((first + i) * every),
  );
}

/** Exactly the number that its decimal text stands for. */
const powerOfTen = (exponent: number): number => Number(`1e${exponent}`);

function decadeTicks(low: number, high: number, factors: readonly number[], integer: boolean) {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      const isInside = value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
      if (isInside && (!integer || Number.isInteger(value))) values.push(value);
    }
  }
  return values;
}

/** 0.01, 0.1, 1, 10, 100, 1000; beyond as a power. */
function powerText(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return exponent >= -2 && exponent <= 3 ? String(value) : `10${superscript(exponent)}`;
}
