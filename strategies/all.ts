/*
 * Every strategy, one line each: the line gives it its export, its name on the command line and in
 * study files, and its row in the bench.
 */
export { annealing, type AnnealingOptions } from "./annealing.ts";
export { asha, type AshaOptions } from "./asha.ts";
export { auto, type AutoOptions } from "./auto.ts";
export { bayesian, type BayesianOptions } from "./bayesian.ts";
export { cmaEs, type CmaEsOptions } from "./cma-es.ts";
export { genetic, type GeneticOptions } from "./genetic.ts";
export { grid, type GridOptions } from "./grid.ts";
export { nsga2, type Nsga2Options } from "./nsga2.ts";
export { portfolio, type PortfolioOptions } from "./portfolio.ts";
export { quasiRandom } from "./quasi-random.ts";
export { random } from "./random.ts";
export { tpe, type TpeOptions } from "./tpe.ts";
