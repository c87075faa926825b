import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface CompareFlags extends CommonOptions {
  readonly to?: string;
}

const HELP = `
better: how often a complete trial is better than one of the first study's; p: how likely at least such a
difference is by chance (Mann–Whitney, two-sided). A run is one draw: studies that differ in their
strategy alone want several seeds each.`;

export const compareCommand = (): Command =>
  new Command("compare")
    .description("studies beside each other: the best, trials to a value, a test of their trials")
    .argument("<names...>", "two studies or more; the others are tested against the first")
    .option("--to <value>", "count trials to this value (default: the worst of the bests)")
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (names: string[], { to, json, ...options }: CompareFlags) => {
      const { withStorage } = await import("../context.ts");
      const { viewStudy } = await import("../../study/study-view.ts");
      const { compareStudies } = await import("../compare/compare-studies.ts");
      const { comparisonTable, targetOf } = await import("../compare/comparison-report.ts");
      const { HpoError } = await import("../../errors/errors.ts");
      const { quotedName } = await import("../visible.ts");
      const { print, printJson, table } = await import("../output.ts");
      const twice = names.find((name, at) => names.indexOf(name) < at);
      if (twice !== undefined) {
        throw new HpoError(`Study ${quotedName(twice)} is named twice. Name each study once.`);
      }
      const target = to === undefined ? undefined : targetOf(to);
      await withStorage(options, async (storage) => {
        const views = [];
        for (const name of names) views.push(await viewStudy(name, storage, { detail: "brief" }));
        const comparison = compareStudies(views, target);
        if (json) {
          printJson(comparison);
          return;
        }
        const { head, rows } = comparisonTable(comparison);
        print(table(head, rows));
      });
    });
