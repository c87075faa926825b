import * as tf from "@tensorflow/tfjs-core";
import type { ProbeProblem } from "../../theory/probe/problem.ts";
import { optimizers } from "../optimizers/registry.ts";
import {
  curvatureOf,
  flatten,
  lossAndGradient,
  type CurvatureOptions,
} from "../second-order/index.ts";
import { configNamed, nameOf, type OptimizerConfig } from "./optimizer-config.ts";
import { probeOptimizer } from "./own-update.ts";
import type { Subject } from "./spec.ts";
import { nextTurn, onBatch } from "./step.ts";

/** Double back-propagation takes about three gradients; the checked differences take four. */
const PRICES: Readonly<Record<NonNullable<CurvatureOptions["products"]>, number>> = {
  exact: 3,
  differences: 4,
};

/** Wrappers around something that they are usually put around. */
const WRAPPED = ["lookahead(adamw)", "sam(momentum)"];

/** A subject as the measurement takes it, `step` updates into its training. */
export function problemOf(subject: Subject, own: OptimizerConfig, step: number): ProbeProblem {
  const { variables, batches, products = "exact" } = subject;
  return {
    framework: `tfjs ${tf.version_core}, ${tf.getBackend()}`,
    size: variables.reduce((sum, { size }) => sum + size, 0),
    batchSize: batches.batchSize,
    batches: batches.distinct,
    examples: batches.examples,
    step,
    gradientsPerProduct: PRICES[products],
    weights: () => flatten(variables),
    async gradient(index) {
      await nextTurn();
      return onBatch(subject, index, (loss) => {
        const { value, gradients } = lossAndGradient(loss, variables);
        const result = { loss: value.dataSync()[0], gradient: flatten(gradients) };
        tf.dispose([value, gradients]);
        return result;
      });
    },
    async hvp(index, v) {
      await nextTurn();
      return onBatch(subject, index, (loss) => curvatureOf(loss, variables, { products }).hvp(v));
    },
    optimizers: (names) =>
      chosen(names, own, subject).map((config) => probeOptimizer(config, subject)),
    assumptions: assumptionsOf(subject),
    now: () => performance.now() / 1000,
  };
}

/** Shampoo's roots of n × n matrices take minutes beyond this n. */
const LARGEST_ROOT = 1024;
const longestAxis = ({ variables }: Subject): number =>
  Math.max(...variables.flatMap(({ shape }) => shape));

function chosen(
  names: "own" | "all" | readonly string[],
  own: OptimizerConfig,
  subject: Subject,
): OptimizerConfig[] {
  if (names === "own") return [own];
  const all = [...optimizers.map(({ id }) => id), ...WRAPPED].filter(
    (id) => id !== "shampoo" || longestAxis(subject) <= LARGEST_ROOT,
  );
  const wanted = names === "all" ? all : names;
  const others = wanted.filter((name) => name !== nameOf(own)).map(configNamed);
  return names === "all" || wanted.includes(nameOf(own)) ? [own, ...others] : others;
}

const assumptionsOf = (subject: Subject): readonly string[] => {
  const { buffers, products, hasExamples } = subject;
  return [
    "The loss is the training loss near these weights, to second order.",
    "Each batch keeps its dropout masks; batch normalisation uses the batch's own statistics.",
    "u is each optimizer's own update with momentum, weight decay and clipping left out; its " +
      "second moments are those of 32 batches at these weights.",
    "Thresholds are for a frozen preconditioner and full batches.",
    ...(buffers.length > 0 ? ["Moving averages are put back after the measurement."] : []),
    ...(products === "differences"
      ? ["Hessian-vector products are finite differences, refused where ε and 2ε disagree."]
      : []),
    ...(hasExamples ? [] : ["The loss has no examples: there is no noise, and B_ref is 1."]),
    ...(longestAxis(subject) > LARGEST_ROOT
      ? [
          `The table of all leaves Shampoo out: its roots of ${longestAxis(subject)} × ` +
            `${longestAxis(subject)} matrices take minutes. Name it to measure it.`,
        ]
      : []),
  ];
};
