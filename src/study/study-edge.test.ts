import test from "ava";
import { random } from "../../strategies/index.ts";
import {
  createStudy,
  float,
  loadStudy,
  openStudy,
  searchSpace,
  TrialPruned,
  type LiveTrial,
  type Trial,
} from "../index.ts";
import { divergence } from "../pruners/index.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { selectBackend } from "../tfjs/backends.ts";
import { teacher } from "../tfjs/data/teacher.ts";
import { mlp } from "../tfjs/models/mlp.ts";
import { sgd } from "../tfjs/optimizers/index.ts";
import { train } from "../tfjs/trainer/train.ts";

const edge = { rule: { kind: "gradientDescent" } } as const;
const space = searchSpace({ lr: float(1e-3, 1, { log: true }) });
type Words = { readonly step: number; readonly text: string } | undefined;
const warningOf = (trial: Trial): Words => trial.systemAttrs[ATTRIBUTE.warning] as Words;
const whyOf = (trial: Trial): Words => trial.systemAttrs[ATTRIBUTE.whyPruned] as Words;

const CURVATURE = 10;
const STEPS = 60;

/** ½ · 10 · x² by gradient descent: below 2/10 it converges, beyond it diverges. */
function quadratic(trial: LiveTrial<{ readonly lr: number }>): number {
  let x = 1;
  let loss = NaN;
  for (let step = 1; step <= STEPS; step++) {
    x -= trial.params.lr * CURVATURE * x;
    loss = 0.5 * CURVATURE * x * x;
    trial.log({ sharpness: CURVATURE }, step);
    trial.report(loss, step);
    if (trial.shouldPrune()) throw new TrialPruned();
  }
  return loss;
}

const definition = (name: string, pruner = divergence({ edge })) => ({
  name,
  space,
  strategy: random(),
  seed: 4,
  pruner,
});

test("runs beyond the edge end earlier, those below go to their end, and each says why", async (t) => {
  // At first there is no envelope yet.
  const startupTrials = 100;
  const edged = await createStudy(definition("edged", divergence({ edge, startupTrials })));
  const plain = await createStudy(definition("plain", divergence({ startupTrials })));
  const notes: string[] = [];
  edged.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  for (const study of [edged, plain]) await study.optimize(quadratic, { trials: 30 });
  let [spared, warned] = [0, 0];
  for (const [i, trial] of edged.trials().entries()) {
    const other = plain.trials()[i];
    const lr = trial.params["lr"] as number;
    t.is(other.params["lr"], lr);
    if (lr < 2 / CURVATURE) {
      t.deepEqual([trial.state, trial.reports], [other.state, other.reports]);
      t.is(warningOf(trial), undefined);
    }
    t.true(trial.reports.length <= other.reports.length);
    spared += other.reports.length - trial.reports.length;
    if (lr < (1.5 * 2) / CURVATURE) continue;
    warned++;
    t.is(trial.state, "pruned");
    t.is(warningOf(trial)?.step, 1);
    t.true(notes.includes(`Trial ${trial.number}: ${warningOf(trial)?.text}`));
    t.regex(whyOf(trial)?.text ?? "", /times the edge of gradientDescent at sharpness 10, 0\.2 at/);
  }
  t.true(warned >= 4, `${warned} beyond the edge`);
  t.true(spared > 10 * warned, `${spared} steps less in ${warned} trials`);
});

test("a study that stopped and went on decides as one that did not", async (t) => {
  const storage = `sqlite:${await tempFolder(t)}/s.db`;
  const whole = await createStudy(definition("whole"));
  await whole.optimize(quadratic, { trials: 24 });
  for (const total of [7, 15, 24]) {
    const part = await openStudy(definition("parts"), { storage });
    await part.optimize(quadratic, { total });
    await part.storage.close();
  }
  const parts = await loadStudy("parts", { storage });
  const told = (trial: Trial): unknown => [
    trial.state,
    trial.reports.length,
    warningOf(trial),
    whyOf(trial),
  ];
  t.deepEqual(parts.trials().map(told), whole.trials().map(told));
  t.true(parts.counts.pruned > 0 && parts.counts.complete > 0);
  await parts.storage.close();
});

test.serial(
  "a network that trains at the edge of stability is not stopped, and learns on",
  async (t) => {
    await selectBackend("wasm");
    const { train: examples } = teacher({ train: 60, validation: 1, seed: 2 });
    const data = { train: examples, validation: examples };
    const ratios: number[] = [];
    const losses: number[] = [];
    const objective = async (trial: LiveTrial<{ readonly lr: number }>): Promise<number> => {
      const isLast = trial.number === 5;
      const model = mlp({ inputs: 10, hidden: [12], outputs: 1, activation: "tanh", seed: 1 });
      const optimizer = sgd({ learningRate: trial.params.lr });
      const watched = {
        report: (value: number, step: number) => {
          if (isLast) losses.push(value);
          trial.report(value, step);
        },
        log: (values: Readonly<Record<string, number>>, step: number) => {
          if (isLast) ratios.push((values["sharpness"] * values["learningRate"]) / 2);
          trial.log(values, step);
        },
        shouldPrune: () => trial.shouldPrune(),
      };
      // Full batches: the edge is that of the loss itself.
      const run = { model, optimizer, data, batchSize: 60, steps: 300, reportEvery: 10, seed: 5 };
      const curves = isLast ? (["sharpness", "learningRate"] as const) : [];
      const { final } = await train({ ...run, curves, trial: watched });
      model.dispose();
      optimizer.dispose();
      return final.loss;
    };
    // Five sound rates make the envelope; .6 is at the edge from its first steps on.
    const study = await createStudy(definition("network"));
    for (const lr of [0.1, 0.15, 0.2, 0.25, 0.3, 0.6]) await study.enqueue({ lr });
    await study.optimize(objective, { trials: 6 });
    t.true(
      ratios.every((ratio) => ratio > 0.9 && ratio < 1.5),
      ratios.join(", "),
    );
    t.true(ratios.filter((ratio) => ratio > 1).length >= 15, "beyond 2/η half of the time");
    const rises = losses.filter((loss, i) => i > 0 && loss > losses[i - 1]);
    t.true(rises.length >= 5, "the loss comes and goes");
    const last = study.trials()[5];
    t.is(last.state, "complete");
    t.is(warningOf(last), undefined);
    t.true(losses[29] < losses[0] / 5, "and falls in the long run");
  },
);
