import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/**
 * A seeded source of random numbers (xoroshiro128+). It has a key, from which forks are made, and
 * a state, which moves with every draw: forks do not depend on what was drawn before.
 */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform over the integers low … high, both included. */
  integer(low: number, high: number): number;
  /** Standard normal (Marsaglia's polar method: no sine, whose bits differ between Nodes). */
  normal(): number;
  /** A random order of 0 … length − 1 (Fisher–Yates). */
  permutation(length: number): number[];
  /** An independent generator; the same labels give the same generator. */
  fork(...labels: readonly Label[]): Rng;
}

export type Label = string | number;

/**
 * A generator of random numbers whose every draw follows from the seed and the labels, on every Node.
 * @param seed any finite number; @param labels what the generator is for, hashed with the seed
 *
 * @example
 * ```ts
 * import { createRng } from "hpo";
 *
 * const rng = createRng(7, "shuffle", 3); // the third shuffle of seed 7
 * rng.uniform(); // in [0, 1)
 * rng.integer(0, 9); // 0 … 9
 * ```
 */
export function createRng(seed: number, ...labels: readonly Label[]): Rng {
  return fromKey([seed, ...labels].map((label) => `${typeof label}:${label}`).join("\u0000"));
}

function fromKey(key: string): Rng {
  // The seed is hashed: xoroshiro's first draws for small raw states are all close to 1.
  const generator = xoroshiro128plusFromState(hash128(key));
  let spare: number | undefined;
  const uniform = (): number => uniformFloat64(generator);
  const integer = (low: number, high: number): number => uniformInt(generator, low, high);
  return {
    uniform,
    integer,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const square = x * x + y * y;
        if (square > 0 && square < 1) {
          const scale = Math.sqrt((-2 * Math.log(square)) / square);
          spare = y * scale;
          return x * scale;
        }
      }
    },
    permutation(length) {
      const order = Array.from({ length }, (_, index) => index);
      for (let i = length - 1; i > 0; i--) {
        const j = integer(0, i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
    fork: (...labels) =>
      fromKey([key, ...labels.map((label) => `${typeof label}:${label}`)].join("\u0000")),
  };
}

/** Four well-mixed int32 of a string (MurmurHash3's mixing, as in cyrb128). */
function hash128(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  a ^= b ^ c ^ d;
  // All zero is the one state that xoroshiro never leaves.
  return [a | 1, b ^ a, c ^ a, d ^ a];
}
