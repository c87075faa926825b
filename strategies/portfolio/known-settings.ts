/**
 * Settings that were good elsewhere, by kind of optimizer, the likeliest first.
 *
 * The first row of a kind, momenta, decays and dropout are what the papers and libraries named here use.
 * Chosen besides, as round values that did best on the halves of public data that are for choosing
 * (bench/README.md): learning rates of further rows (TaskSet's three tasks for Adam, LCBench's first 17
 * for momentum, four problems of DeepOBS), batch 128, layers and width (LCBench), penalties and decays
 * per step (TaskSet). Nothing was taken from the halves that are for judging.
 *
 *   Adam       Kingma & Ba, ICLR 2015: η = .001, β1 = .9, β2 = .999, ε = 1e-8
 *   AdamW      Loshchilov & Hutter, ICLR 2019; decay .01 as PyTorch has it
 *   momentum   Sutskever, Martens, Dahl & Hinton, ICML 2013: β = .9 and .99; He, Zhang, Ren & Sun,
 *              CVPR 2016: η = .1, decay 1e-4; η = .01 is Keras' default
 *   SGD        Bengio, "Practical recommendations", 2012: η = .01; batches of 32
 *   RMSProp    Tieleman & Hinton, lecture 6.5, 2012: η = .001
 *   Lion       Chen et al., NeurIPS 2023: η = 1e-4, a tenth to a third of AdamW's
 *   AdaGrad    η = .01, as its libraries have it
 *   dropout    Srivastava et al., JMLR 2014: .5; Vaswani et al., NeurIPS 2017: .1
 *   warm-up    Devlin et al., NAACL 2019: a tenth of the steps
 */

/** The parts that parameters play here; a momentum's value is its complement, 1 − β. */
export interface PublishedSetting {
  readonly learningRate: number;
  /** 1 − β, of momentum or of Adam's first moment. */
  readonly momentum?: number;
  /** 1 − β2. */
  readonly secondMoment?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

export type OptimizerKind =
  "adam" | "momentum" | "sgd" | "rmsprop" | "lion" | "adagrad" | "unknown";

const adam = { momentum: 0.1, secondMoment: 1e-3, epsilon: 1e-8, weightDecay: 0.01 };

export const knownSettings: Readonly<Record<OptimizerKind, readonly PublishedSetting[]>> = {
  adam: [
    { ...adam, learningRate: 1e-3 },
    { ...adam, learningRate: 1e-2, secondMoment: 1e-2 },
    { ...adam, learningRate: 1e-4 },
  ],
  momentum: [
    { learningRate: 0.01, momentum: 0.1, weightDecay: 1e-4 },
    { learningRate: 0.03, momentum: 0.01, weightDecay: 1e-4 },
    { learningRate: 1e-3, momentum: 0.01, weightDecay: 1e-4 },
    { learningRate: 0.1, momentum: 0.1, weightDecay: 1e-4 },
  ],
  sgd: [
    { learningRate: 0.01, weightDecay: 1e-4 },
    { learningRate: 0.1, weightDecay: 1e-4 },
  ],
  rmsprop: [
    { learningRate: 1e-3, momentum: 1, weightDecay: 1e-4, epsilon: 1e-8 },
    { learningRate: 1e-2, momentum: 0.1, weightDecay: 1e-4, epsilon: 1e-8 },
    { learningRate: 1e-4, momentum: 1, weightDecay: 1e-4, epsilon: 1e-8 },
  ],
  lion: [
    { learningRate: 1e-4, momentum: 0.1, secondMoment: 0.01, weightDecay: 0.1 },
    { learningRate: 1e-3, momentum: 0.1, secondMoment: 0.01, weightDecay: 0.01 },
  ],
  adagrad: [{ learningRate: 0.01 }, { learningRate: 0.1 }],
  unknown: [
    { learningRate: 1e-2, weightDecay: 1e-4 },
    { learningRate: 1e-3, weightDecay: 1e-4 },
    { learningRate: 0.1, weightDecay: 1e-4 },
  ],
};

/** Momentum where it is not searched: what programs that don't say have. */
export const USUAL_MOMENTUM = 0.1;

/** What stands beside every optimizer, by turns. */
export const besideSettings = {
  batchSize: [128, 32, 64],
  dropout: [0.5, 0.1],
  layers: [4, 3],
  width: [1024, 512],
  warmup: [0.1, 0.05],
  /** Penalties within the loss, and decays of the learning rate by the step: next to none. */
  penalty: [1e-6, 1e-5],
  rateDecay: [1e-7, 1e-6],
} as const satisfies Readonly<Record<string, readonly number[]>>;

const KINDS: readonly (readonly [RegExp, OptimizerKind])[] = [
  [/lion/, "lion"],
  [/adagrad/, "adagrad"],
  [/adam|lamb/, "adam"],
  [/rmsprop/, "rmsprop"],
  [/momentum|heavyball|nesterov/, "momentum"],
  [/sgd|gradientdescent/, "sgd"],
];

/** The kind of an optimizer by its name: "AdamOptimizer", "sgd". */
export const kindOf = (name: string): OptimizerKind =>
  KINDS.find(([pattern]) => pattern.test(name.toLowerCase().replaceAll(/[_\- ]/g, "")))?.[1] ??
  "unknown";
