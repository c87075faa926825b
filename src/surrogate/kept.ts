/** What a model computes of numbers alone, and an earlier process may have computed: fits and factors. */
export interface KeptWork {
  readonly kind: "fits" | "factors";
  /** All that the result depends on: numbers, and what is none. */
  readonly numbers: readonly (Float64Array | undefined)[];
  readonly settings: readonly unknown[];
}

/** Gives the result of some work: one that was kept, bit for bit, or what `compute` makes of it. */
export type Keeper = <Result>(work: KeptWork, compute: () => Result) => Result;

let keeper: Keeper = (_, compute) => compute();

/** Work goes through `next` from now on: a process that ends after one suggestion can keep it for the next one. */
export function keepBy(next: Keeper): void {
  keeper = next;
}

export const kept: Keeper = (work, compute) => keeper(work, compute);
