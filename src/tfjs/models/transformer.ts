import { requireInteger } from "../../errors/checks.ts";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import { gelu } from "./activations.ts";
import { dropout } from "./dropout.ts";
import { createVariable, lecunNormal, normalInitializer, ones, zeros } from "./initializers.ts";
import type { ApplyContext, Model } from "./model.ts";

export interface TransformerOptions {
  /** Number of different tokens, V. */
  readonly vocabulary: number;
  /** Most tokens at once, L. */
  readonly length: number;
  /** Features of a token, D; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  /** Blocks of attention and a feed-forward network of 4 D units. */
  readonly blocks: number;
  /** Share of what each block adds that training drops, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Of the first weights. */
  readonly seed: number;
}

/** x·W + b over the rows of x. */
interface Dense {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable;
}
interface Norm {
  readonly gain: tf.Variable;
  readonly bias: tf.Variable;
}
interface Block {
  readonly beforeAttention: Norm;
  /** D → 3 D: queries, keys and values side by side. */
  readonly projections: Dense;
  readonly mix: Dense;
  readonly beforeFeedForward: Norm;
  readonly expand: Dense;
  readonly contract: Dense;
}

const normEpsilon = 1e-5;
/** Added to the score of a token that lies ahead: its share underflows to 0. */
const ahead = -1e9;

function validate(options: TransformerOptions): void {
  const { vocabulary, length, width, heads, blocks, dropout: rate = 0 } = options;
  for (const [name, size] of Object.entries({ vocabulary, length, width, heads, blocks })) {
    requireInteger(`transformer: ${name}`, size, 1);
  }
  if (width % heads !== 0) {
    throw new HpoError(
      `A transformer's heads share its width evenly, got width=${width} and heads=${heads}. ` +
        "Make the width a multiple of the heads.",
    );
  }
  if (!(rate >= 0 && rate < 1)) {
    throw new HpoError(`Dropout needs a rate in [0, 1), got ${rate}. 0 turns it off.`);
  }
}

const makeDense = (inputs: number, units: number, rng: Rng): Dense => ({
  kernel: createVariable([inputs, units], lecunNormal, rng),
  bias: createVariable([units], zeros, rng),
});

const makeNorm = (width: number, rng: Rng): Norm => ({
  gain: createVariable([width], ones, rng),
  bias: createVariable([width], zeros, rng),
});

const makeBlock = (width: number, rng: Rng): Block => ({
  beforeAttention: makeNorm(width, rng),
  projections: makeDense(width, 3 * width, rng.fork("projections")),
  mix: makeDense(width, width, rng.fork("mix")),
  beforeFeedForward: makeNorm(width, rng),
  expand: makeDense(width, 4 * width, rng.fork("expand")),
  contract: makeDense(4 * width, width, rng.fork("contract")),
});

const dense = (x: tf.Tensor, { kernel, bias }: Dense): tf.Tensor =>
  tf.add(tf.matMul(x, kernel), bias);

/** (x − mean)/deviation over the features, scaled and shifted (Ba, Kiros and Hinton 2016, eq. 4). */
function layerNorm(x: tf.Tensor, { gain, bias }: Norm): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, normEpsilon)));
  return tf.add(tf.mul(unit, gain), bias);
}

/** [length, length]: 0 on and below the diagonal, `ahead` above it. */
function causalMask(length: number): tf.Tensor {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row++)
    mask.fill(ahead, row * length + row + 1, (row + 1) * length);
  return tf.tensor(mask, [length, length]);
}

interface Sequence {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
}

/** softmax(Q Kᵀ/√d + mask) V for each head (Vaswani et al. 2017, eq. 1): rows [batch·length, D]. */
function attention(x: tf.Tensor, block: Block, { batch, length, heads }: Sequence): tf.Tensor {
  const width = x.shape[1] as number;
  const size = width / heads;
  const all = tf.reshape(dense(x, block.projections), [batch, length, 3, heads, size]);
  // [3, batch, heads, length, size]
  const parts = tf.split(tf.transpose(all, [2, 0, 3, 1, 4]), 3, 0);
  const [queries, keys, values] = parts.map((part) =>
    tf.reshape(part, [batch * heads, length, size]),
  );
  const scores = tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(size));
  const shares = tf.softmax(tf.add(scores, causalMask(length)));
  const heard = tf.reshape(tf.matMul(shares, values), [batch, heads, length, size]);
  const rows = tf.reshape(tf.transpose(heard, [0, 2, 1, 3]), [batch * length, width]);
  return dense(rows, block.mix);
}

interface Weights {
  readonly tokens: tf.Variable;
  readonly positions: tf.Variable;
  readonly blocks: readonly Block[];
  readonly lastNorm: Norm;
  readonly head: Dense;
}

function makeWeights({ vocabulary, length, width, blocks, seed }: TransformerOptions): Weights {
  const rng = createRng(seed, "transformer");
  const embedding = normalInitializer(0.02);
  return {
    tokens: createVariable([vocabulary, width], embedding, rng.fork("tokens")),
    positions: createVariable([length, width], embedding, rng.fork("positions")),
    blocks: Array.from({ length: blocks }, (_, i) => makeBlock(width, rng.fork("block", i))),
    lastNorm: makeNorm(width, rng),
    head: makeDense(width, vocabulary, rng.fork("head")),
  };
}

const variablesOf = (part: object): tf.Variable[] =>
  part instanceof tf.Variable ? [part as tf.Variable] : Object.values(part).flatMap(variablesOf);

/** Tokens of one embedding each, with their position's added: [batch·length, D]. */
function embed({ tokens, positions }: Weights, ids: tf.Tensor): tf.Tensor {
  const [batch, length] = ids.shape;
  const [, width] = tokens.shape;
  const rows = tf.gather(tokens, tf.reshape(tf.cast(ids, "int32"), [batch * length]));
  const places = tf.slice(positions, [0, 0], [length, width]);
  return tf.reshape(tf.add(tf.reshape(rows, [batch, length, width]), places), [-1, width]);
}

/**
 * A decoder-only transformer with norms before its blocks (Radford et al. 2019) and GELU: int32
 * tokens [batch, n] → logits [batch, n, vocabulary] of the token that follows each, n ≤ length. No
 * token's logits depend on the tokens after it.
 *
 * @throws HpoError if the sizes do not fit
 *
 * @example
 * ```ts
 * import { transformer, selectBackend } from "hpo/tfjs";
 *
 * await selectBackend("wasm");
 * const size = { vocabulary: 40, length: 32, width: 32, heads: 4, blocks: 2 };
 * const model = transformer({ ...size, seed: 0 });
 * model.dispose();
 * ```
 */
export function transformer(options: TransformerOptions): Model {
  validate(options);
  const { vocabulary, heads, dropout: rate = 0 } = options;
  const weights = makeWeights(options);
  const { blocks, lastNorm, head } = weights;
  const variables = variablesOf(weights);
  return {
    variables,
    apply(ids, context: ApplyContext) {
      const [batch, length] = ids.shape;
      if (length > options.length) {
        throw new HpoError(
          `This transformer takes at most ${options.length} tokens at once, got ${length}. ` +
            "Build it with a larger length.",
        );
      }
      const last = blocks.reduce<tf.Tensor>(
        (x, block) => {
          const normed = layerNorm(x, block.beforeAttention);
          const heard = attention(normed, block, { batch, length, heads });
          const between = tf.add(x, dropout(heard, rate, context));
          const wide = gelu(dense(layerNorm(between, block.beforeFeedForward), block.expand));
          return tf.add(between, dropout(dense(wide, block.contract), rate, context));
        },
        dropout(embed(weights, ids), rate, context),
      );
      const logits = dense(layerNorm(last, lastNorm), head);
      return tf.reshape(logits, [batch, length, vocabulary]);
    },
    dispose() {
      tf.dispose(variables);
    },
  };
}
