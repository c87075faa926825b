/** The npm package "sobol" has no types of its own. */
declare module "sobol" {
  interface Generator {
    nextVector(): number[];
  }
  const sobol: { SobolSequenceGenerator: new (dimension: number) => Generator };
  export = sobol;
}
