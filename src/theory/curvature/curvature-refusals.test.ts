import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { meanDirectionalEdge, preconditionedUpdate } from "./directional-edge.ts";
import { averageHvps, checkedProduct, finiteDifferenceHvp, type Hvp } from "./hvp.ts";
import { lanczos } from "./lanczos.ts";
import { powerIteration } from "./power-iteration.ts";
import { diagonalPreconditioner, preconditionedHvp, seedSecondMoment } from "./preconditioner.ts";
import { hutchinsonTrace } from "./trace.ts";

const rng = createRng(1);
const hvp: Hvp = (v) => v.map((value, i) => value * (i + 1));
const two = Float64Array.of(1, 2);
const three = Float64Array.of(1, 2, 3);

type Options = Readonly<Record<string, number>>;
/** Each option at the end of its range, and just beyond it. */
const RANGES: Readonly<
  Record<
    string,
    readonly [
      measure: (options: Options) => Promise<unknown>,
      ranges: readonly (readonly [name: string, taken: number, refused: readonly number[]])[],
    ]
  >
> = {
  lanczos: [
    (options) => lanczos(hvp, { dimension: 4, rng, ...options }),
    [
      ["dimension", 1, [0, 1.5]],
      ["minSteps", 1, [0, 1.5]],
      ["maxSteps", 1, [0, 1.5]],
      ["tolerance", 1e-6, [0, -1, Infinity]],
    ],
  ],
  powerIteration: [
    (options) => powerIteration(hvp, { dimension: 4, rng, ...options }),
    [
      ["dimension", 1, [0, 1.5]],
      ["maxSteps", 1, [0, 1.5]],
      ["tolerance", 1e-2, [0, -1, Infinity]],
    ],
  ],
  hutchinsonTrace: [
    (options) => hutchinsonTrace(hvp, { dimension: 4, rng, ...options }),
    [
      ["dimension", 1, [0, 1.5]],
      ["minSamples", 2, [1, 2.5]],
      ["maxSamples", 8, [7, 8.5]],
      ["tolerance", 1e-2, [0, -1, Infinity]],
    ],
  ],
  diagonalPreconditioner: [
    async ({ epsilon, ...bias }) =>
      diagonalPreconditioner(two, { epsilon, bias: { beta2: 0.9, step: 2, ...bias } }),
    [
      ["epsilon", 0, [-1e-8, Infinity]],
      ["beta2", 0, [-0.1, 1]],
      ["step", 1, [0, 1.5]],
    ],
  ],
  seedSecondMoment: [
    async ({ batches }) => seedSecondMoment(() => two, batches),
    [["batches", 32, [31, 32.5]]],
  ],
};

for (const [what, [measure, ranges]] of Object.entries(RANGES)) {
  test(`${what} takes what lies at the ends of its ranges, and names what is beyond`, async (t) => {
    for (const [name, taken, refused] of ranges) {
      await t.notThrowsAsync(measure({ [name]: taken }), `${name}=${taken}`);
      for (const value of [...refused, NaN]) {
        const message = new RegExp(`${name}=${value} must be`);
        await t.throwsAsync(measure({ [name]: value }), { instanceOf: HpoError, message });
      }
    }
  });
}

test("vectors of another length, and nothing to measure, are refused by what they are", async (t) => {
  const refused = async (message: RegExp, run: () => unknown) =>
    t.throwsAsync(async () => run(), { instanceOf: HpoError, message });
  const lengths = /must have 2 entries, got 3\./;
  await refused(lengths, () => finiteDifferenceHvp((w) => w, two)(three));
  await refused(lengths, () => checkedProduct(() => three, two));
  await refused(lengths, () => preconditionedHvp(hvp, two)(three));
  await refused(lengths, () => preconditionedUpdate(two, three));
  await refused(lengths, () => meanDirectionalEdge(hvp, [{ gradient: two, update: three }]));
  const gradients = [two, three];
  await refused(lengths, () => seedSecondMoment(() => gradients.shift() ?? two));
  const none = /^0 .* are too few\. Give at least 1\./;
  await refused(none, () => averageHvps([]));
  await refused(none, () => meanDirectionalEdge(hvp, []));
  await refused(none, () => diagonalPreconditioner(new Float64Array()));
});
