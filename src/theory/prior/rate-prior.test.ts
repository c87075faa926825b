import { medianOf } from "../../numerics/quantile.ts";
import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { decode, encode, float, int, oneOf, searchSpace } from "../../space/index.ts";
import { rateBelief } from "./rate-belief.ts";
import { ratePrior, type RateArm } from "./rate-prior.ts";
import { close } from "../testing/close.ts";

const space = searchSpace({
  ...oneOf("optimizer", {
    momentum: { beta: float(0, 0.99), lr: float(1e-5, 10, { log: true }) },
    adamw: { lr: float(1e-5, 10, { log: true }) },
    lbfgs: { memory: int(2, 20) },
  }),
  batchSize: int(8, 512, { log: true }),
});
const common = { referenceBatch: 32, budget: "fixedSamples" } as const;
const arms: readonly RateArm[] = [
  {
    learningRate: "lr",
    optimizer: "momentum",
    belief: rateBelief({ ...common, family: "heavyBall", defaultRate: 0.3 }),
  },
  {
    learningRate: "lr",
    optimizer: "adamw",
    belief: rateBelief({ ...common, family: "adam", defaultRate: 1e-3 }),
  },
];
const roles = { optimizer: "optimizer", batchSize: "batchSize" };

const at = (optimizer: string, lr: number): Float64Array =>
  encode(space, { optimizer, lr, beta: 0.5, batchSize: 32 });

test("each choice of the optimizer has its own belief, one without a learning rate none", (t) => {
  const prior = ratePrior(space, roles, arms);
  t.true(prior.logDensity(at("momentum", 0.3)) > prior.logDensity(at("momentum", 1e-3)) + 1);
  t.true(prior.logDensity(at("adamw", 1e-3)) > prior.logDensity(at("adamw", 0.3)) + 1);
  t.is(prior.logDensity(encode(space, { optimizer: "lbfgs", memory: 3, batchSize: 32 })), 0);
});

test("draws follow the belief of the choice that they make", (t) => {
  const prior = ratePrior(space, roles, arms);
  const rng = createRng(3);
  const logs: Record<string, number[]> = { momentum: [], adamw: [] };
  for (let i = 0; i < 6000; i++) {
    const uniforms = Float64Array.from({ length: space.parameters.length }, () => rng.uniform());
    const { optimizer, lr, batchSize } = decode(space, prior.warp(uniforms));
    if (lr !== undefined && (batchSize as number) < 64 && (batchSize as number) > 16) {
      logs[optimizer as string].push(Math.log(lr as number));
    }
  }
  t.true(Math.abs(medianOf(logs["momentum"]) - Math.log(0.3)) < 0.5);
  t.true(Math.abs(medianOf(logs["adamw"]) - Math.log(1e-3)) < 0.7);
});

test("a weakened arm is a quarter as strong and twice as wide, and still a density", (t) => {
  const strong = ratePrior(space, roles, [arms[0], arms[1]]);
  const weak = ratePrior(space, roles, [{ ...arms[0], strength: 0.25, widen: 2 }, arms[1]]);
  const wide = ratePrior(space, roles, [{ ...arms[0], widen: 2 }, arms[1]]);
  const drop = (prior: typeof weak): number =>
    prior.logDensity(at("momentum", 0.3)) - prior.logDensity(at("momentum", 1e-5));
  close(t, drop(weak), drop(wide) / 4, 1e-6);
  t.true(drop(weak) < drop(strong) / 4);
  t.is(weak.logDensity(at("adamw", 1e-3)), strong.logDensity(at("adamw", 1e-3)));
  const unit = at("momentum", 1);
  const rate = space.parameters.findIndex(({ name }) => name === "lr");
  let total = 0;
  for (let i = 0; i < 2000; i++) {
    unit[rate] = (i + 0.5) / 2000;
    total += Math.exp(weak.logDensity(unit)) / 2000;
  }
  close(t, total, 1, 1e-4);
});
