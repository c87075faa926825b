/**
 * Sobol points, plain or scrambled. The plain ones are those of Joe & Kuo (2008) in Gray-code order,
 * as scipy's; scrambling is Owen's nested uniform permutation by hashing: B. Burley, "Practical
 * hash-based Owen scrambling", JCGT 9 (2020), with the better-mixing constants of N. Vegdahl (2021).
 */
import sobolPackage from "sobol";

const TWO_32 = 4294967296;

/** The package computes 20 bits, so that many points are distinct. */
const MOST_POINTS = 1048576;

/** Points by their index; computing point k makes all before it, which are kept. */
export type SobolSequence = (index: number) => Float64Array;

/**
 * The plain sequence in [0, 1)^dimension; point 0 is the origin.
 * @throws RangeError for an index that is not an integer in 0 … 2^20 − 1
 */
export function sobolSequence(dimension: number): SobolSequence {
  const generator = new sobolPackage.SobolSequenceGenerator(dimension);
  const points: Float64Array[] = [];
  return (index) => {
    if (!Number.isInteger(index) || index < 0 || index >= MOST_POINTS) {
      throw new RangeError(
        `A Sobol point's index must be an integer in 0 … ${MOST_POINTS - 1}, got ${index}.`,
      );
    }
    while (points.length <= index) points.push(Float64Array.from(generator.nextVector()));
    return points[index];
  };
}

/**
 * The sequence with each coordinate scrambled by its own seed drawn from `uniform` (in [0, 1)):
 * every point is uniform in [0, 1)^dimension; together they keep the net's stratification.
 */
export function scrambledSobolSequence(dimension: number, uniform: () => number): SobolSequence {
  const plain = sobolSequence(dimension);
  const seeds = Array.from({ length: dimension }, () => Math.floor(uniform() * TWO_32) | 0);
  return (index) =>
    plain(index).map((value, i) => scramble((value * TWO_32) >>> 0, seeds[i]) / TWO_32);
}

/** Owen scrambling of a 32-bit fraction: each bit is flipped by a hash of the bits above it. */
function scramble(bits: number, seed: number): number {
  let x = reverseBits(bits);
  x = (x ^ Math.imul(x, 0x3d20adea)) | 0;
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x = (x ^ Math.imul(x, 0x05526c56)) | 0;
  x = (x ^ Math.imul(x, 0x53a22864)) | 0;
  return reverseBits(x);
}

function reverseBits(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
