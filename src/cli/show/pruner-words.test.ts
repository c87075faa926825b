import test from "ava";
import { folderWith, hpo } from "../fixtures/hpo.ts";

/** ½ · 10 · x² by gradient descent, beyond 2/10 to no end. */
const PROGRAM = `const lr = Number(process.argv[2]);
let x = 1;
for (let step = 1; step <= 40; step++) {
  x -= lr * 10 * x;
  console.log(JSON.stringify({ step, value: 5 * x * x, log: { sharpness: 10 } }));
}
console.log(JSON.stringify({ value: 5 * x * x }));`;

const YAML = `name: bowl
seed: 3
space: { lr: { type: float, low: 0.01, high: 1, log: true } }
pruner: { name: divergence, edge: { rule: { kind: gradientDescent } } }
command: ["${process.execPath}", train.mjs, "{lr}"]
`;

test("a study file's edge warns as it runs, and a trial shows why it was pruned", (t) => {
  const folder = folderWith({ "study.yaml": YAML, "train.mjs": PROGRAM });
  hpo(folder, "study run study.yaml --quiet --trials 0");
  for (const lr of [0.4, 0.1]) hpo(folder, `study enqueue bowl lr=${lr}`);
  const { out } = hpo(folder, "study run study.yaml --trials 2");
  const warning =
    "the learning rate 0.4 is 2 times the edge of gradientDescent at sharpness 10, 0.2 at step 1.";
  t.true(out.includes(`note: Trial 0: ${warning}`), out);
  t.regex(out, /trial 0 +pruned at step \d, /);

  const shown = hpo(folder, "study show bowl 0").out;
  t.regex(
    shown,
    /Why it was pruned {2}step \d: it exploded: .* before its rise; the learning rate/,
  );
  t.true(shown.includes(`Warning of the pruner  step 1: ${warning}`));
  t.false(hpo(folder, "study show bowl 1").out.includes("pruner"));
  const details = JSON.parse(hpo(folder, "study show bowl 0 --json").out) as {
    warning: unknown;
    whyPruned: { step: number };
  };
  t.deepEqual(details.warning, { step: 1, text: warning });
  t.true(details.whyPruned.step <= 9);

  const study = hpo(folder, "study show bowl").out;
  t.true(study.includes(`The pruner warned of 1 trial\n  trial 0, step 1: ${warning}`));
  const summary = JSON.parse(hpo(folder, "study show bowl --json").out) as { warned: number[] };
  t.deepEqual(summary.warned, [0]);
});

test("an edge that can't be is refused at its line", (t) => {
  const wrong = YAML.replace("gradientDescent", "lion");
  const folder = folderWith({ "study.yaml": wrong, "train.mjs": PROGRAM });
  const { code, err } = hpo(folder, "study run study.yaml");
  t.is(code, 1);
  t.regex(err, /study\.yaml:4:.*lion has no threshold of λ_max/s);
});
