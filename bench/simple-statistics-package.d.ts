/** The package's own declarations import each other without file endings, which nodenext refuses. */
declare module "simple-statistics" {
  export function mean(values: readonly number[]): number;
  export function median(values: readonly number[]): number;
  /** Of unsorted values. */
  export function quantile(values: readonly number[], share: number): number;
  export function sumSimple(values: readonly number[]): number;
  export function variance(values: readonly number[]): number;
  export function sampleStandardDeviation(values: readonly number[]): number;
  export function quantileSorted(values: readonly number[], share: number): number;
}
