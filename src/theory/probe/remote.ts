import { HpoError } from "../../errors.ts";
import { edgeOf } from "../directional-edge.ts";
import { simpleNoiseScale, weightedNoiseScale } from "../noise-scale.ts";
import { defaultLearningRate } from "../prior-knowledge.ts";
import { analyseRangeTest } from "../range-test.ts";
import { ritz, settled, type RitzStep } from "../ritz.ts";
import { learningRateEdge, stability, type UpdateRule } from "../stability.ts";
import {
  parseAnswer,
  parseGreeting,
  type Answer,
  type Conversation,
  type Greeting,
  type Question,
} from "./conversation.ts";
import type {
  OptimizerMeasurement,
  ProbeMeasurement,
  SharpnessMeasurement,
} from "./measurement.ts";
import { PRIOR_BUDGET, type Probe, type ProbeOptions } from "./probe.ts";

type Told = NonNullable<Greeting["optimizer"]>;

const ASSUMED = [
  "The loss is the training loss near these weights, to second order.",
  "The program gives the same batch the same random numbers at every question.",
  "u is the optimizer's own update with momentum and weight decay left out.",
  "Thresholds are for a frozen preconditioner and full batches.",
];

/** Batches of each kind; with Lanczos' 12 products they fit an own optimizer's prior into 100. */
const WARM_BATCHES = 32;
const UPDATE_BATCHES = 4;
const NOISE_BATCHES = 8;
const LANCZOS_PRODUCTS = 12;
const LANCZOS_TOLERANCE = 0.05;
const POWER_PRODUCTS = 25;
const TRACE_SAMPLES = 16;
const RANGE_STEPS = 100;
/** A Hessian-vector product by double back-propagation, in gradients. */
const PRODUCT = 2;

/**
 * A probe of a training problem in another process: scalars come over the conversation, everything
 * that is made of them is made here.
 * @param now seconds on a clock that does not run backwards
 * @throws HpoError if the greeting is not of the protocol
 */
export function remoteProbe(conversation: Conversation, now: () => number): Probe {
  const greeting = parseGreeting(conversation.greeting, conversation.name);
  return {
    measure: (options = {}) => new Inquiry(conversation, greeting, options, now).measure(),
    dispose: () => void conversation.close(),
  };
}

/** One measurement in the making. */
class Inquiry {
  readonly #conversation: Conversation;
  readonly #greeting: Greeting;
  readonly #options: ProbeOptions;
  readonly #now: () => number;
  readonly #budget: number;
  readonly #assumptions = new Set<string>();
  readonly #warnings: string[] = [];
  #gradients = 0;
  #products = 0;

  constructor(
    conversation: Conversation,
    greeting: Greeting,
    options: ProbeOptions,
    now: () => number,
  ) {
    this.#conversation = conversation;
    this.#greeting = greeting;
    this.#options = options;
    this.#now = now;
    this.#budget = options.budget ?? PRIOR_BUDGET;
  }

  async measure(): Promise<ProbeMeasurement> {
    const start = this.#now();
    this.#checkOptimizers();
    const { framework, weights, batchSize, batches, optimizer: told } = this.#greeting;
    const first = await this.#ask({ ask: "gradient" });
    if (!Number.isFinite(first.loss) || !Number.isFinite(first.squaredNorm)) {
      throw new HpoError(
        `The loss at the start is ${first.loss} and its squared gradient ${first.squaredNorm}: ` +
          "nothing can be measured there. Probe at weights where both are finite.",
      );
    }
    const own = told ? await this.#optimizer(told) : undefined;
    const noise = await this.#noise();
    const needsHessian = own === undefined || own.stability.kind === "none" || own.usesHessian;
    const sharpness =
      own?.hessian ??
      (needsHessian || this.#options.crossChecks ? await this.#sharpness(false) : undefined);
    const powerIteration =
      this.#options.crossChecks && sharpness ? await this.#powerIteration() : undefined;
    const trace = this.#options.crossChecks ? await this.#trace() : undefined;
    const rangeTest =
      this.#options.crossChecks && own ? await this.#rangeTest(own.measured) : undefined;
    return {
      version: 1,
      framework,
      step: 0,
      weights,
      batchSize,
      loss: first.loss,
      batches: Math.min(batches, NOISE_BATCHES),
      weightNorm: first.weightNorm,
      ...(sharpness && { sharpness }),
      ...(powerIteration && { powerIteration }),
      ...(trace && { trace }),
      ...noise,
      ...(first.absoluteSum > 0 && {
        sign: { gradientSum: first.absoluteSum, curvature: first.signCurvature },
      }),
      optimizers: own ? [{ ...own.measured, ...(rangeTest && { rangeTest }) }] : [],
      cost: {
        gradients: this.#gradients,
        products: this.#products,
        gradientsPerProduct: PRODUCT,
        seconds: this.#now() - start,
      },
      assumptions: [...ASSUMED, ...this.#assumptions],
      warnings: this.#warnings,
    };
  }

  #checkOptimizers(): void {
    const { optimizers = "own" } = this.#options;
    const own = this.#greeting.optimizer?.name;
    if (optimizers === "own") return;
    if (optimizers === "all") {
      this.#warnings.push("a program in another process answers for its own optimizer only");
      return;
    }
    const others = optimizers.filter((name) => name !== own);
    if (others.length === 0) return;
    throw new HpoError(
      `${this.#conversation.name} trains with ${own ?? "no optimizer"} and can't be probed for ` +
        `${others.join(", ")}. Run it with another optimizer, or leave --optimizer out.`,
    );
  }

  async #optimizer(told: Told) {
    const law = told.rule && stability(told.rule);
    await this.#ask({ ask: "warm", batches: WARM_BATCHES });
    const update = await this.#ask({ ask: "update", batches: UPDATE_BATCHES });
    const { edge: directional } = edgeOf(update.slope, update.curvature);
    if (directional === undefined) {
      this.#warnings.push(
        `there is no directional edge: g'u = ${update.slope}, u'Hu = ${update.curvature}`,
      );
    }
    const isThreshold = law?.kind === "threshold";
    const preconditioned = isThreshold && law.curvature === "preconditionedHessian";
    const sharpness = isThreshold ? await this.#sharpness(preconditioned) : undefined;
    const edge = told.rule && sharpness ? this.#edge(told.rule, sharpness) : undefined;
    const usualRate = defaultLearningRate(told.family) ?? told.learningRate;
    const measured: OptimizerMeasurement = {
      name: told.name,
      family: told.family,
      ...(told.learningRate !== undefined && { learningRate: told.learningRate }),
      ...(usualRate !== undefined && { usualRate }),
      stability: isThreshold
        ? {
            kind: "threshold",
            curvature: law.curvature,
            gain: law.gain,
            ...(sharpness && { sharpness: withDecay(sharpness, told.rule) }),
          }
        : { kind: "none", reason: law?.reason ?? told.reason ?? "its rule is not known" },
      ...(edge !== undefined && { edge }),
      directionalEdge: {
        ...(directional !== undefined && { value: directional }),
        slope: update.slope,
        curvature: update.curvature,
        batches: update.batches,
      },
      notes: [],
    };
    return {
      measured,
      stability: measured.stability,
      usesHessian: isThreshold && !preconditioned,
      hessian: preconditioned ? undefined : sharpness,
    };
  }

  #edge(rule: UpdateRule, { value }: SharpnessMeasurement): number | undefined {
    const edge = learningRateEdge(rule, value);
    if (edge === undefined) {
      this.#warnings.push(`λ_max is ${value}, not positive: there is no edge`);
    }
    return edge;
  }

  async #sharpness(preconditioned: boolean): Promise<SharpnessMeasurement | undefined> {
    const what = preconditioned ? "λ_max of the preconditioned Hessian" : "λ_max";
    const products = Math.min(LANCZOS_PRODUCTS, Math.floor(this.#left() / PRODUCT));
    if (products < 3) return this.#leaveOut(what);
    const { seed = 0 } = this.#options;
    await this.#ask({ ask: "lanczosStart", seed, preconditioned });
    const alphas: number[] = [];
    const betas: number[] = [];
    const history: RitzStep[] = [];
    for (let k = 1; k <= products; k++) {
      const { alpha, beta } = await this.#ask({ ask: "lanczosStep" });
      if (!Number.isFinite(alpha + beta)) {
        this.#warnings.push(`${what}: the Hessian-vector product was not finite`);
        return undefined;
      }
      alphas.push(alpha);
      const pair = ritz(alphas, betas);
      betas.push(beta);
      const exhausted = k >= this.#greeting.weights || beta <= 1e-12 * pair.size;
      const residual = exhausted ? 0 : beta * Math.abs(pair.last);
      history.push({ lambdaMax: pair.largest, residual });
      const converged = exhausted || settled(history, LANCZOS_TOLERANCE);
      if (converged || k === products) {
        if (!converged) this.#warnings.push(`${what} did not settle in ${k} products`);
        return { value: pair.largest, residual, products: k, converged };
      }
    }
    return undefined;
  }

  async #powerIteration() {
    const steps = Math.min(POWER_PRODUCTS, Math.floor(this.#left() / PRODUCT));
    if (steps < 2) return this.#leaveOut("power iteration");
    const { seed = 0 } = this.#options;
    const { value, converged, products } = await this.#ask({
      ask: "power",
      steps,
      tolerance: LANCZOS_TOLERANCE / 5,
      seed,
    });
    return Number.isFinite(value) ? { value, products, converged } : undefined;
  }

  async #noise() {
    // J gradients, J + 1 products.
    const batches = Math.min(NOISE_BATCHES, Math.floor((this.#left() - PRODUCT) / (1 + PRODUCT)));
    if (batches < 2) {
      this.#leaveOut("the noise scale");
      return {};
    }
    const answer = await this.#ask({ ask: "noise", batches, curvature: true });
    const { batchSize: b } = this.#greeting;
    const { squaredNorms, meanSquaredNorm, curvatures, meanCurvature } = answer;
    const J = squaredNorms.length;
    const spread = (total(squaredNorms) / J - meanSquaredNorm) * (J / (J - 1));
    const signal = meanSquaredNorm - spread / J;
    const simple = simpleNoiseScale([{ noise: spread * b, signal }]);
    if (simple === undefined) {
      this.#warnings.push(`the gradient drowns in noise: |G|² is estimated as ${signal}`);
    }
    const norms = squaredNorms.map(Math.sqrt);
    const meanNorm = total(norms) / J;
    const variance = total(norms.map((norm) => (norm - meanNorm) ** 2)) / (J - 1);
    const weighted =
      curvatures && meanCurvature !== undefined
        ? weightedOf(curvatures, meanCurvature, signal, b)
        : undefined;
    return {
      ...(signal > 0 && { gradientNorm: Math.sqrt(signal) }),
      simpleNoise: simple === undefined ? {} : { value: simple },
      ...(weighted && { weightedNoise: weighted }),
      ...(meanNorm > 0 && { gradientNormVariation: Math.sqrt(variance) / meanNorm }),
    };
  }

  async #trace() {
    const samples = Math.min(TRACE_SAMPLES, Math.floor(this.#left() / PRODUCT));
    if (samples < 2) return this.#leaveOut("tr H");
    const answer = await this.#ask({ ask: "trace", samples, seed: this.#options.seed ?? 0 });
    const m = answer.samples.length;
    const value = total(answer.samples) / m;
    const variance = total(answer.samples.map((one) => (one - value) ** 2)) / Math.max(1, m - 1);
    return { value, standardError: Math.sqrt(variance / m), products: answer.products };
  }

  async #rangeTest(own: OptimizerMeasurement) {
    const centre = own.directionalEdge?.value ?? own.usualRate;
    if (centre === undefined || this.#left() < RANGE_STEPS) {
      return this.#leaveOut("the range test");
    }
    const { points } = await this.#ask({
      ask: "rangeTest",
      low: centre * 1e-4,
      high: centre * 30,
      steps: RANGE_STEPS,
    });
    if (points.length < 5) return undefined;
    const { steepest, valley, floorTenth, firstDivergence } = analyseRangeTest(points);
    return {
      points: points.map(({ learningRate, loss }) =>
        Number.isFinite(loss) ? { learningRate, loss } : { learningRate },
      ),
      steepest,
      valley,
      floorTenth,
      firstDivergence,
    };
  }

  #left(): number {
    return this.#budget - this.#gradients;
  }

  #leaveOut(what: string): undefined {
    this.#warnings.push(`${what} was left out: it did not fit into ${this.#budget} gradients`);
    return undefined;
  }

  async #ask<Ask extends Question["ask"]>(
    question: Question & { readonly ask: Ask },
  ): Promise<Answer<Ask>> {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.(DOING[question.ask], this.#gradients);
    const json = await this.#conversation.ask(question);
    const answer = parseAnswer(question.ask, json, this.#conversation.name) as Answer<Ask>;
    this.#gradients += answer.gradients;
    this.#products += answer.products;
    for (const assumption of answer.assumptions) this.#assumptions.add(assumption);
    return answer;
  }
}

const DOING: Readonly<Record<Question["ask"], string>> = {
  gradient: "loss and gradient",
  warm: "second moment",
  update: "directional edge",
  lanczosStart: "sharpness",
  lanczosStep: "sharpness",
  power: "power iteration",
  noise: "noise scale",
  trace: "trace",
  rangeTest: "range test",
};

/** B_noise with T = (b/(J−1)) Σ δ_jᵀHδ_j and Σ δ_jᵀHδ_j = Σ g_jᵀHg_j − J ḡᵀHḡ. */
function weightedOf(
  curvatures: readonly number[],
  meanCurvature: number,
  signal: number,
  batchSize: number,
) {
  const J = curvatures.length;
  const trace = (batchSize / (J - 1)) * (total(curvatures) - J * meanCurvature);
  const { noiseScale, maxRate } = weightedNoiseScale(
    trace,
    meanCurvature - trace / (batchSize * J),
    signal,
  );
  return {
    ...(noiseScale !== undefined && { value: noiseScale }),
    ...(maxRate !== undefined && { maxRate }),
  };
}

/** Coupled decay makes H → H + wI. */
function withDecay(sharpness: SharpnessMeasurement, rule: UpdateRule | undefined) {
  const decay = rule && "weightDecay" in rule ? rule.weightDecay : undefined;
  return decay?.kind === "coupled"
    ? { ...sharpness, value: sharpness.value + decay.strength }
    : sharpness;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
