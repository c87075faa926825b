/** CPU and size of every plot at 1,000 trials of 10 parameters: npm run bench:seeing. */
import { medianOf } from "../../src/numerics/quantile.ts";
import { plot } from "../../src/plots/plot.ts";
import { PLOTS, type PlotName } from "../../src/plots/registry.ts";
import { report } from "../../src/report/report.ts";
import { toReport } from "../../src/report/testing/to-report.ts";
import {
  madeImportance,
  madeStudy,
  withPrior,
  withTwoMetrics,
} from "../../src/plots/testing/hostile.ts";

const TIMES = 5;
const one = madeStudy(1000, 10);
/** What a kind needs of a study. */
const MADE: Partial<Record<PlotName, typeof withPrior>> = {
  pareto: withTwoMetrics,
  hypervolume: withTwoMetrics,
  prior: withPrior,
};
const importance = madeImportance(one.space.parameters.map(({ name }) => name));

const cpuMs = (from: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(from);
  return Math.round((user + system) / 1000);
};

/** The report first: it pays for what all of them load. */
function reported(): void {
  const begun = process.cpuUsage();
  const { length } = report(toReport(one));
  console.log(
    `report: ${cpuMs(begun)} CPU ms (bar 3000), ${(length / 1000).toFixed(0)} kB (bar 2000)`,
  );
}

reported();
console.log("plot, CPU ms of data and SVG (first in the process, median), kB of SVG");
for (const kind of Object.keys(PLOTS) as PlotName[]) {
  const study = MADE[kind]?.(one) ?? one;
  const options = kind === "importance" ? { importance } : {};
  const runs = Array.from({ length: TIMES }, () => {
    const begun = process.cpuUsage();
    const svg = plot(study, kind, options).svg();
    return { ms: cpuMs(begun), size: svg.length };
  });
  const median = medianOf(runs.map(({ ms }) => ms));
  console.log(`${kind.padEnd(13)} ${runs[0].ms} ${median} ${(runs[0].size / 1000).toFixed(0)}`);
}
