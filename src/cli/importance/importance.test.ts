import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { bayesian, random, tpe } from "../../../strategies/index.ts";
import { createStudy, float, int, searchSpace, TrialDiverged } from "../../index.ts";
import { EVALUATORS, type ImportanceResult } from "../../importance/index.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";

const folder = mkdtempSync(join(tmpdir(), "hpo-importance-"));
const storage = `sqlite:${join(folder, "hpo.db")}`;
const space = searchSpace({ lr: float(1e-4, 1, { log: true }), "a\u001b[31m": float(0, 1) });

test.before(async () => {
  const study = await createStudy({ name: "one", space, strategy: random() }, { storage });
  await study.optimize(
    ({ params: { lr } }) => {
      if (lr > 0.1) throw new TrialDiverged("too large", { cause: "explosion" });
      return Math.log10(lr);
    },
    { trials: 40 },
  );
  await study.storage.close();
  const metrics = { loss: "minimize", accuracy: "maximize" } as const;
  const two = await createStudy({ name: "two", space, metrics, strategy: random() }, { storage });
  await two.optimize(({ params }) => [params.lr, params["a\u001b[31m"]], { trials: 30 });
  await two.storage.close();
});

test.serial("a table tells what matters, what it rests on and what was left out", async (t) => {
  const { code, out } = await hpoHere(folder, "study importance one");
  t.is(code, 0);
  t.regex(out, /Study "one": parts of the metric's variance/);
  t.regex(out, /\d+ trials; left out: \d+ diverged/);
  t.regex(out, /^lr {2,}(1\.00|\.9\d) .*█{15}/m);
  t.false(out.includes("\u001b"), "a name is no command to the terminal");
});

test.serial("--json gives the evaluator, the trials and each parameter's share", async (t) => {
  for (const evaluator of EVALUATORS) {
    const { out } = await hpoHere(folder, `study importance one --evaluator ${evaluator} --json`);
    const result = JSON.parse(out) as ImportanceResult;
    t.is(result.evaluator, evaluator);
    t.true(result.trials > 20);
    t.deepEqual(Object.keys(result.importance[0]).slice(0, 3), ["name", "share", "spread"]);
    t.is(result.importance[0].name, "lr");
    t.true(result.importance[0].share > 0.8, `${evaluator} ${result.importance[0].share}`);
  }
});

test.serial("with several metrics one must be named", async (t) => {
  const without = await hpoHere(folder, "study importance two");
  t.is(without.code, 1);
  t.regex(without.err, /has 2 metrics\. Name the one that is meant: loss, accuracy/);
  const strange = await hpoHere(folder, "study importance two --metric acuracy");
  t.regex(strange.err, /no metric "acuracy"\. Did you mean "accuracy"/);
  const { out } = await hpoHere(folder, "study importance two --metric accuracy --json");
  t.is((JSON.parse(out) as ImportanceResult).importance[0].name, "a\u001b[31m");
});

test.serial("the C locale gets ASCII", async (t) => {
  const { LC_ALL } = process.env;
  process.env["LC_ALL"] = "C";
  const { out } = await hpoHere(folder, "study importance one");
  if (LC_ALL === undefined) delete process.env["LC_ALL"];
  else process.env["LC_ALL"] = LC_ALL;
  t.regex(out, /^[\x20-\x7e\n]*$/);
  t.regex(out, /^lr .*#{15}/m);
});

test.serial("trials that exploded by hundreds of decades do not hide what decides", async (t) => {
  const space = searchSpace({
    lr: float(1e-4, 1, { log: true }),
    momentum: float(0, 0.99),
    steps: int(10, 100, { step: 10 }),
  });
  // Gradient descent on a stiff bowl, as `hpo init ts` writes it: from 1e-30 to beyond 1e200.
  for (const [seed, strategy] of [
    [1, bayesian()],
    [6, bayesian()],
    [4, tpe()],
  ] as const) {
    const study = await createStudy({ name: `bowl ${seed}`, space, seed, strategy });
    await study.optimize(
      ({ params: { lr, momentum, steps } }) => {
        let [x, y, vx, vy] = [2, 2, 0, 0];
        for (let step = 0; step < steps; step++) {
          vx = momentum * vx - lr * x;
          vy = momentum * vy - lr * 25 * y;
          x += vx;
          y += vy;
        }
        return 0.5 * (x * x + 25 * y * y);
      },
      { trials: 40 },
    );
    const { scale, importance } = study.importance();
    t.is(scale, "log");
    t.is(importance[0].name, "lr", `seed ${seed}`);
    t.true(importance[0].share > 0.8, JSON.stringify(importance));
  }
});
