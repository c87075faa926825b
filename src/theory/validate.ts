import { HpoError } from "../errors/errors.ts";

/** The edges' checks: each names the input, the value it got and the remedy. */

export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new HpoError(`Expected ${name} > 0 and finite, got ${value}.`);
  }
}

export function requireNonNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new HpoError(`Expected ${name} ≥ 0 and finite, got ${value}.`);
  }
}

export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new HpoError(`Expected a finite ${name}, got ${value}.`);
}

/** For momenta and averaging coefficients: 0 ≤ value < 1. */
export function requireCoefficient(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new HpoError(`Expected 0 ≤ ${name} < 1, got ${value}.`);
}

export function requireInteger(name: string, value: number, low: number): void {
  if (!(Number.isInteger(value) && value >= low)) {
    throw new HpoError(`Expected ${name} to be an integer ≥ ${low}, got ${value}.`);
  }
}

export function requireAtLeast(name: string, items: readonly unknown[], count: number): void {
  if (items.length < count) {
    throw new HpoError(`Expected at least ${count} ${name}, got ${items.length}.`);
  }
}

export function requireSameLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) {
    throw new HpoError(`Expected ${name} to have ${expected} entries, got ${actual}.`);
  }
}
