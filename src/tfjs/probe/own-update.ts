import { HpoError } from "../../errors/errors.ts";
import type { ProbeOptimizer } from "../../theory/probe/problem.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { OptimizerState } from "../optimizers/support/state.ts";
import { flatten } from "../second-order/index.ts";
import { fedStart, fedState } from "./fed-state.ts";
import { baseOf, build, nameOf, without, type OptimizerConfig } from "./optimizer-config.ts";
import { feed, ownUpdate } from "./own-step.ts";
import { ramp } from "./ramp.ts";
import { ruleOf } from "./rules.ts";
import { needsGradients, settledState } from "./seeds.ts";
import type { Subject } from "./spec.ts";
import { nextTurn } from "./step.ts";

/** Rules that a learning rate does not steer from step to step. */
const WITHOUT_RAMP: readonly string[] = ["rprop", "lbfgs"];

/** An optimizer of this package whose own rule is run at frozen weights. */
export function probeOptimizer(config: OptimizerConfig, subject: Subject): ProbeOptimizer {
  const { values, spec } = baseOf(config);
  const { id } = spec;
  const name = nameOf(config);
  if (values.maximize === true) {
    throw new HpoError(
      `${name} maximizes, and a probe measures a loss that is minimized. ` +
        "Give the negative as the loss, and leave maximize out.",
    );
  }
  const rule = ruleOf(config);
  const shown = lookaheadOff(config);
  const neutral = build(shown, neutralValues(config));
  const home = flatten(subject.variables);
  const isFed = needsGradients(id);
  const start = fedStart(id, values, subject);
  if (start) neutral.restoreState(nested(shown, start));
  let state: OptimizerState | undefined;
  return {
    ...rule,
    name,
    notes: [...rule.notes, ...clippingNote(values)],
    learningRate: Number(values.learningRate),
    usualRate: Number(spec.hyperparameters.learningRate.default),
    ...(isFed && {
      observe: async (gradient: Float64Array) => feed(neutral, subject, gradient, home),
    }),
    async seed(second, first) {
      const settled = settledState(id, values, subject, { second, first });
      if (isFed) state = await fedState(neutral, id, subject, first, home);
      else state = settled ? nested(shown, settled) : await emptyState(neutral);
    },
    async update(batch, gradient) {
      if (!state) throw new HpoError(`${name} was not seeded. Call seed() before update().`);
      await nextTurn();
      neutral.restoreState(state);
      return ownUpdate(neutral, subject, batch, gradient, home);
    },
    ...(!WITHOUT_RAMP.includes(id) && {
      ramp: (learningRates: readonly number[]) => ramp(config, subject, learningRates),
    }),
    dispose: () => neutral.dispose(),
  };
}

/** Between its averages, which no single update shows, lookahead is the optimizer in it. */
const lookaheadOff = (config: OptimizerConfig): OptimizerConfig =>
  config.kind === "base"
    ? config
    : config.spec.id === "lookahead"
      ? lookaheadOff(config.inner)
      : { ...config, inner: lookaheadOff(config.inner) };

/**
 * Momentum, clipping and weight decay out of play; decay stays where it is inside a trust ratio
 * that it also turns on.
 */
function neutralValues(config: OptimizerConfig): Readonly<Record<string, unknown>> {
  const base = baseOf(config);
  const { spec, values } = base;
  const off = without(base, ["momentum", "clipping", "weightDecay"]);
  const adapts = spec.id === "lars" || spec.id === "lamb";
  return {
    ...off,
    ...(adapts && { weightDecay: values.weightDecay }),
    // Roots every 10⁹ steps: once, when asked for.
    ...(spec.id === "shampoo" && { rootEvery: 1e9 }),
    // Its first steps, of length η whatever that is here.
    ...(spec.id === "rprop" && { stepSizeMin: 1e-30, stepSizeMax: 1e30 }),
    // The first step that the line search tries, and no more.
    ...(spec.id === "lbfgs" && { maxIterations: 2, learningRate: 1 }),
  };
}

const clippingNote = (values: Readonly<Record<string, unknown>>): string[] =>
  ["clipValue", "clipNorm", "clipGlobalNorm"].some((key) => typeof values[key] === "number")
    ? ["Its gradient clipping is left out."]
    : [];

/** The state of the optimizer at the core, within those of what wraps it. */
function nested(config: OptimizerConfig, core: OptimizerState): OptimizerState {
  if (config.kind === "base") return core;
  const { iterations, learningRate } = core;
  const inner = nested(config.inner, core);
  return { optimizer: nameOf(config), iterations, learningRate, variables: [], inner };
}

/** As new: nothing remembered. */
async function emptyState(optimizer: Optimizer): Promise<OptimizerState> {
  const forgotten = (state: OptimizerState): OptimizerState => ({
    optimizer: state.optimizer,
    iterations: 0,
    learningRate: state.learningRate,
    variables: [],
    ...(state.inner && { inner: forgotten(state.inner) }),
  });
  return forgotten(await optimizer.saveState());
}
