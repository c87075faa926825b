import { Command, Option } from "commander";
import { integer, integers, jsonOption, storageOption } from "../options.ts";
import type { ProbeFlags } from "../probe/probe-request.ts";

const HELP = `
What to measure is the study's probe: (params) => ({ model, loss, batches, optimizer }).
  hpo probe studies/iris.ts                     the study's own optimizer
  hpo probe study.ts --optimizer all            what all optimizers would have
  hpo probe study.ts --along 200 --plot out.svg sharpness along 200 steps, with the edge
  hpo probe study.ts --params lr=0.01 --batch 32,128,512

The edge is where training would become unstable, not where it is best; η_c is the step along the
optimizer's own update beyond which the loss rises. Learning rates are beliefs with 90 % intervals
of factors of ten and more, for a search to start from; docs/theory.md says where they fail.

--json prints the measurement at initialisation (as theory({ measurement }) and a study file's
prior take it), and beside it
  { study, params,
    along: [measurement],                             at the later steps, with --along
    rates: [{ optimizer, source, rates: [{ batchSize, learningRate, interval }] }],
    batch: { criticalBatch, interval, source, prices: [{ batchSize, steps, examples }] } }`;

export const probeCommand = (): Command =>
  new Command("probe")
    .description("measure a training problem's curvature and noise, and what they say of its η")
    .argument("<file>", "the study file; FILE#NAME where it has several")
    .option(
      "--params <name=value...>",
      "the parameters to measure at (the others: mid-range), or one JSON object",
    )
    .option("--optimizer <name>", 'one by name, as adamw or "lookahead(adamw)"; or all')
    .option(
      "--batch <sizes>",
      "batch sizes to recommend learning rates for, as 32,128",
      integers(1),
    )
    .option("--along <steps>", "train this many steps and measure along them", integer(1))
    .addOption(
      new Option("--budget <budget>", "what runs of several batch sizes will have in common")
        .choices(["steps", "samples"])
        .default("samples"),
    )
    .option("--plot <file>", "draw the sharpness along the steps, or the learning rates, as SVG")
    .option("--seed <number>", "of the random starts (default: 0)", integer(0))
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (file: string, flags: ProbeFlags) => {
      const { probeFile } = await import("../probe/probe.ts");
      await probeFile(file, flags);
    });
