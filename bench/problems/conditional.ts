import { createRng } from "../../src/numerics/rng.ts";
import { float, int, oneOf, searchSpace, type Params } from "../../src/space/index.ts";
import { functionNamed } from "./analytic.ts";
import { placed, type Placement } from "./placement.ts";
import type { Problem, Suite } from "./problem.ts";
import { fixedTasks } from "./tasks.ts";

/** Each function is a branch with parameters of its own; the seed says which branch is the best. */
const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  "branin-hartmann6": ["branin", "hartmann6"],
  "ackley5-rosenbrock4-rastrigin4": ["ackley5", "rosenbrock4", "rastrigin4"],
};

export const conditional: Suite = {
  name: "conditional",
  about:
    "a choice between functions, or a number of layers, with parameters that exist in some " +
    "branches only; regret f − f*, a branch's typical value being 1",
  scale: "log",
  tasks: fixedTasks([...Object.keys(BRANCHES), "layers"]),
  open: async (task, seed) =>
    task === "layers" ? openLayers(task, seed) : openBranches(task, seed, BRANCHES[task]),
};

interface Branch {
  readonly name: string;
  readonly placement: Placement;
  /** The median over the box. */
  readonly typical: number;
  /** What the branch's own minimum lies above the best branch's. */
  readonly handicap: number;
}

function openBranches(task: string, seed: number, names: readonly string[]): Problem {
  const rng = createRng(seed, "branches", task);
  const winner = rng.integer(0, names.length - 1);
  const branches = names.map((name, i): Branch => {
    const placement = placed(functionNamed(name), createRng(seed, "shift", name));
    const handicap = i === winner ? 0 : 0.05 + 0.15 * rng.uniform();
    return { name, placement, typical: typicalRegret(placement), handicap };
  });
  const declared = branches.map(({ name, placement }) => [
    name,
    Object.fromEntries(Array.from(placement.best, (_, i) => [`${name}_x${i + 1}`, float(0, 1)])),
  ]);
  return {
    suite: "conditional",
    task,
    seed,
    space: searchSpace(oneOf("model", Object.fromEntries(declared))),
    startRegret: Infinity,
    evaluate(params) {
      const branch = branches.find(({ name }) => name === params.model);
      if (!branch) throw new Error(`No branch is called "${String(params.model)}".`);
      const { name, placement, typical, handicap } = branch;
      const unit = Array.from(placement.best, (_, i) => params[`${name}_x${i + 1}`] as number);
      const regret = handicap + placement.regret(unit) / typical;
      return { value: regret, regret };
    },
  };
}

function typicalRegret(placement: Placement): number {
  const rng = createRng(0, "typical");
  const draws = Array.from({ length: 501 }, () =>
    placement.regret(placement.best.map(() => rng.uniform())),
  );
  return draws.sort((a, b) => a - b)[250];
}

const LAYERS = 4;

/** 1 … 4 layers, each with a width and a rate; only the layers that exist count. */
function openLayers(task: string, seed: number): Problem {
  const rng = createRng(seed, "layers");
  const bestCount = rng.integer(1, LAYERS);
  const best = Array.from({ length: LAYERS }, () => ({
    width: Math.exp(Math.log(8) + (0.1 + 0.8 * rng.uniform()) * Math.log(64)),
    rate: 0.1 + 0.8 * rng.uniform(),
  })).map(({ width, rate }) => ({ width: Math.round(width), rate }));
  const perLayer = best.flatMap((_, i) => [
    [`width${i + 1}`, int(8, 512, { log: true }).when("layers", { gte: i + 1 })] as const,
    [`rate${i + 1}`, float(0, 1).when("layers", { gte: i + 1 })] as const,
  ]);
  const regretOf = (params: Params): number => {
    const layers = params.layers as number;
    let regret = 0.1 * (layers - bestCount) * (layers - bestCount);
    for (let i = 0; i < layers; i++) {
      const width = Math.log((params[`width${i + 1}`] as number) / best[i].width) / Math.log(64);
      const rate = (params[`rate${i + 1}`] as number) - best[i].rate;
      regret += (width * width + rate * rate) * 2;
    }
    return regret;
  };
  return {
    suite: "conditional",
    task,
    seed,
    space: searchSpace({ layers: int(1, LAYERS), ...Object.fromEntries(perLayer) }),
    startRegret: Infinity,
    evaluate(params) {
      const regret = regretOf(params);
      return { value: regret, regret };
    },
  };
}
