import * as tf from "@tensorflow/tfjs-core";
import { measure } from "../../theory/probe/measure.ts";
import type { Probe } from "../../theory/probe/probe.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { build, configNamed, configOf } from "./optimizer-config.ts";
import { problemOf } from "./problem.ts";
import { subjectOf, type ProbeSpec, type Subject } from "./spec.ts";
import { nextTurn, takeStep } from "./step.ts";

/**
 * A model or a loss of TensorFlow.js as a probe. `measure` leaves the weights, the moving averages
 * and the optimizer as they are, bit for bit; `train` moves them. `dispose` disposes of the model,
 * the batches and the optimizer: leave it out where they are still of use.
 *
 * @throws HpoError naming what the spec lacks, or an optimizer that is not known
 */
export function tfProbe(spec: ProbeSpec): Probe {
  const subject = subjectOf(spec);
  const { optimizer } = spec;
  const config = typeof optimizer === "string" ? configNamed(optimizer) : configOf(optimizer);
  let trainer: Optimizer | undefined = typeof optimizer === "string" ? undefined : optimizer;
  let step = 0;
  return {
    async measure(options) {
      const buffers = keepBuffers(subject);
      try {
        return await measure(problemOf(subject, config, step), options);
      } finally {
        buffers.putBack();
      }
    },
    async train(steps) {
      trainer ??= build(config);
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) {
        await nextTurn();
        losses.push(takeStep(trainer, subject, step).loss);
        step++;
      }
      return losses;
    },
    dispose() {
      trainer?.dispose();
      subject.dispose();
    },
  };
}

/** Moving averages change at every evaluation. */
function keepBuffers({ buffers }: Subject): { putBack(): void } {
  const kept = buffers.map((buffer) => tf.clone(buffer));
  return {
    putBack() {
      buffers.forEach((buffer, i) => buffer.assign(kept[i]));
      tf.dispose(kept);
    },
  };
}
