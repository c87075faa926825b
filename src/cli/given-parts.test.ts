import { resolve } from "node:path";
import test from "ava";
import { fromAnywhere, givenParts, partOfFlag } from "./given-parts.ts";
import { UsageError } from "./usage-error.ts";

// A user would miss: options of a pruner or strategy on the command line, as a study file takes them.

test("a flag takes a name, a file, or a map as in a study file", async (t) => {
  t.is(partOfFlag("--pruner", "median"), "median");
  const file = resolve("mine.ts");
  t.deepEqual(partOfFlag("--pruner", "./mine.ts#mine"), { file, export: "mine" });
  const { strategy, pruner } = await givenParts({
    strategy: "{ name: asha, eta: 4, strategy: { name: tpe, startTrials: 20 } }",
    pruner: "{ name: patient, patience: 3, pruner: median }",
  });
  t.like(strategy?.options, { eta: 4, strategy: { name: "tpe", options: { startTrials: 20 } } });
  t.like(pruner?.options, { patience: 3, pruner: { name: "median" } });
});

test("its files mean the same from another folder, those of inner parts too", (t) => {
  t.deepEqual(fromAnywhere({ strategy: "tpe", pruner: "./mine.ts#mine" }), {
    strategy: "tpe",
    pruner: resolve("mine.ts#mine"),
  });
  const { strategy } = fromAnywhere({ strategy: "{ name: asha, strategy: { file: ./mine.ts } }" });
  t.deepEqual(JSON.parse(strategy!), { name: "asha", strategy: { file: resolve("mine.ts") } });
});

test("what can't be had is a wrong use, told with how options are given", async (t) => {
  const cases: [flags: Parameters<typeof givenParts>[0], message: RegExp][] = [
    [
      { pruner: "patient" },
      /patience is missing.* as --pruner '\{ name: patient, OPTION: VALUE \}'/,
    ],
    [{ pruner: "threshold" }, /Give lower, upper or both\. Give its options as --pruner '/],
    [{ pruner: "{ name: median" }, /--pruner \{ name: median is no YAML: .* Write a name, or '\{/],
    [{ pruner: "{ name: medain }" }, /There is no pruner "medain"\. Did you mean "median"/],
    [{ strategy: "{ name: tpe, startTrial: 3 }" }, /startTrial.*Did you mean "startTrials"/],
    [{ strategy: "median" }, /"median" is a pruner: give it as the pruner/],
    [{ strategy: "{ name: median }" }, /"median" is a pruner/],
    [{ pruner: "tpe" }, /There is no pruner "tpe"\. "tpe" is a strategy: give it as the strategy/],
    [{ strategy: "{ file: ./none.mjs#tf }" }, /no file \/\S+none\.mjs with a strategy/],
    [{ strategy: "tpee" }, /--strategy tpee: there is no such strategy\. Did you mean "tpe"/],
  ];
  for (const [flags, message] of cases) {
    await t.throwsAsync(givenParts(flags), { instanceOf: UsageError, message });
  }
});
