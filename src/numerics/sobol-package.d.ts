/** The npm package "sobol" has no types of its own. */
declare module "sobol" {
  class SobolSequenceGenerator {
    constructor(dimension: number);
    nextVector(): number[];
  }
  const sobol: { SobolSequenceGenerator: typeof SobolSequenceGenerator };
  export default sobol;
}
