import test from "ava";
import type { Confirmation } from "../../index.ts";
import { folderWith } from "../fixtures/hpo.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";

// A user would miss: to confirm a kept study by its name alone, and to be told what to take.

const STUDY = `
export default {
  name: "noisy", trials: 12, strategy: "random", pruner: "median",
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: ({ params, seed }) => params.x + ((seed % 1009) / 1009 - 0.5) * 0.4,
};
`;

test("hpo study confirm runs a kept study's best again, and says which to take", async (t) => {
  const folder = folderWith({ "study.mjs": STUDY });
  await hpoHere(folder, "study run study.mjs --quiet");
  const ran = await hpoHere(folder, "study confirm noisy --top 2 --seeds 3 --workers 2");
  t.is(ran.code, 0, ran.err);
  t.regex(ran.out, /^Study "noisy-confirm": 6 trials in all, 2 at once$/m);
  t.regex(ran.out, /^trial {2,}was {2,}is {2,}seeds {2,}parameters$/m);
  t.regex(ran.out, /^Take trial \d+: -?\d\.\d+ (±|\+\/-) \d\.\d+ over 3 seeds \(it was -?\d\.\d+\)\.$/m); // prettier-ignore
  t.regex(ran.out, /^The runs are kept as "noisy-confirm"\.$/m);
  const told = await hpoHere(folder, "study confirm noisy --top 2 --seeds 3 --json");
  const { settings, formerBest, reason } = JSON.parse(told.out) as Confirmation & {
    reason: string;
  };
  t.is(reason, "the study has its 6 trials");
  t.deepEqual(
    settings.map(({ values }) => values.length),
    [3, 3],
  );
  const best = JSON.parse((await hpoHere(folder, "study best noisy --json")).out) as {
    number: number;
  };
  t.is(formerBest, best.number);
  const luck = ran.out.match(/^Trial (\d+), the best of 12, was .* is .*: the best of many is partly luck\.$/m); // prettier-ignore
  const former = settings.find(({ trial }) => trial === formerBest)!;
  t.is(luck?.[1], former.was < former.mean ? String(formerBest) : undefined);

  const unknown = await hpoHere(folder, "study confirm noisy-confirm");
  t.is(unknown.code, 1);
  t.regex(unknown.err, /"noisy-confirm" was not started by hpo study run/);
});
