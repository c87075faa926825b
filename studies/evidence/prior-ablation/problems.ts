import {
  cnn,
  grammarText,
  iris,
  mlp,
  mnist,
  teacher,
  transformer,
  type Dataset,
  type Model,
  type SplitDataset,
} from "hpo/tfjs";

/** A small real training, the same for every optimizer. */
export interface AblationProblem {
  readonly name: string;
  /** The batch sizes that are searched. */
  readonly batchSizes: readonly [low: number, high: number];
  /** What every run may spend: passes over the data, or updates. */
  readonly budget: { readonly epochs: number } | { readonly steps: number };
  readonly data: () => Promise<SplitDataset>;
  /** A network with the weights of this seed; the caller disposes it. */
  readonly model: (data: SplitDataset, seed: number) => Model;
}

/** Images of half the height and width, by means of 2×2 pixels: four times as cheap. */
function halved(images: Dataset, side: number): Dataset {
  const half = side / 2;
  const inputs = new Float32Array(images.count * half * half);
  for (let i = 0; i < inputs.length; i++) {
    const [image, row, column] = [
      Math.floor(i / (half * half)),
      Math.floor((i % (half * half)) / half),
      i % half,
    ];
    const at = image * side * side + 2 * row * side + 2 * column;
    const { inputs: from } = images;
    inputs[i] = (from[at] + from[at + 1] + from[at + side] + from[at + side + 1]) / 4;
  }
  const inputShape = images.inputShape.length === 3 ? [half, half, 1] : [half * half];
  return { ...images, inputs, inputShape };
}

function smallDigits(train: number, shape: "flat" | "image"): SplitDataset {
  const digits = mnist({ train, validation: 500, shape });
  return { train: halved(digits.train, 28), validation: halved(digits.validation, 28) };
}

const text = { length: 16, train: 800, validation: 100 };

export const problems: readonly AblationProblem[] = [
  {
    name: "digits-mlp",
    batchSizes: [8, 128],
    budget: { epochs: 2 },
    data: async () => smallDigits(1500, "flat"),
    model: (_, seed) => mlp({ inputs: 196, hidden: [32, 32], outputs: 10, seed }),
  },
  {
    name: "digits-cnn",
    batchSizes: [8, 128],
    budget: { epochs: 1 },
    data: async () => smallDigits(1500, "image"),
    model: (_, seed) => cnn({ image: [14, 14, 1], filters: [4, 8], outputs: 10, seed }),
  },
  {
    name: "char-transformer",
    batchSizes: [4, 32],
    budget: { steps: 60 },
    data: async () => grammarText(text),
    model: (data, seed) =>
      transformer({
        vocabulary: data.train.classes as number,
        length: text.length,
        width: 16,
        heads: 2,
        blocks: 1,
        seed,
      }),
  },
  {
    name: "iris",
    batchSizes: [4, 64],
    budget: { epochs: 12 },
    data: () => iris({ train: 90 }),
    model: (_, seed) => mlp({ inputs: 4, hidden: [8], outputs: 3, activation: "tanh", seed }),
  },
  {
    name: "teacher-smooth",
    batchSizes: [4, 64],
    budget: { epochs: 4 },
    data: async () => teacher({ inputs: 10, hidden: 16, noise: 0.1, train: 400, validation: 400 }),
    model: (_, seed) => mlp({ inputs: 10, hidden: [24], outputs: 1, activation: "tanh", seed }),
  },
  {
    name: "teacher-noisy",
    batchSizes: [4, 64],
    budget: { steps: 100 },
    data: async () =>
      teacher({ inputs: 20, hidden: 8, outputs: 3, noise: 0.5, train: 600, validation: 400 }),
    model: (_, seed) => mlp({ inputs: 20, hidden: [32, 32], outputs: 3, seed }),
  },
];
