import { createRng, type Rng } from "../../src/numerics/rng.ts";
import {
  categorical,
  float,
  int,
  searchSpace,
  type Declaration,
  type Scalar,
} from "../../src/space/index.ts";
import { functionNamed } from "./analytic.ts";
import { TEST_FUNCTIONS } from "./functions.ts";
import { placed } from "./placement.ts";
import type { Problem, Suite } from "./problem.ts";
import { fixedTasks } from "./tasks.ts";

/** How one parameter is declared and what unit coordinate its values stand for. */
interface Coordinate {
  readonly declaration: Declaration;
  unit(value: Scalar): number;
}

const CHOICES = ["a", "b", "c", "d", "e"];
const LARGEST_INT = 12;

/** A logarithmic float, 1e-5 … 1. */
function logCoordinate(): Coordinate {
  return {
    declaration: float(1e-5, 1, { log: true }),
    unit: (value) => 1 + Math.log10(value as number) / 5,
  };
}

/** 0 … 12 on a grid that holds the minimum. */
function intCoordinate(best: number): Coordinate {
  const bestValue = Math.round(best * LARGEST_INT);
  return {
    declaration: int(0, LARGEST_INT),
    unit: (value) => best + ((value as number) - bestValue) / LARGEST_INT,
  };
}

/** Five choices at places in an order that the seed shuffles; one is the minimum's. */
function choiceCoordinate(best: number, rng: Rng): Coordinate {
  const places = rng.permutation(CHOICES.length);
  const bestPlace = Math.round(best * (CHOICES.length - 1));
  return {
    declaration: categorical(CHOICES),
    unit: (value) =>
      best + (places[CHOICES.indexOf(value as string)] - bestPlace) / (CHOICES.length - 1),
  };
}

/** By turns a log float, a choice and an integer. */
function coordinate(index: number, best: number, rng: Rng): Coordinate {
  switch (index % 3) {
    case 0:
      return logCoordinate();
    case 1:
      return intCoordinate(best);
    default:
      return choiceCoordinate(best, rng);
  }
}

export const mixed: Suite = {
  name: "mixed",
  about:
    "the test functions with log floats, integers and choices by turns; the minimum is one of the " +
    "grid's points; regret f − f*",
  scale: "log",
  tasks: fixedTasks(TEST_FUNCTIONS.map(({ name }) => name)),
  open: async (task, seed) => openMixed(task, seed),
};

function openMixed(task: string, seed: number): Problem {
  const f = functionNamed(task);
  const placement = placed(f, createRng(seed, "shift", task));
  const rng = createRng(seed, "mixed", task);
  const coordinates = f.box.map((_, i) => coordinate(i, placement.best[i], rng));
  const lowest = f.value(f.best);
  return {
    suite: "mixed",
    task,
    seed,
    space: searchSpace(
      Object.fromEntries(coordinates.map(({ declaration }, i) => [`x${i + 1}`, declaration])),
    ),
    startRegret: Infinity,
    evaluate(params) {
      const unit = coordinates.map((c, i) => c.unit(params[`x${i + 1}`]));
      const regret = placement.regret(unit);
      return { value: lowest + regret, regret };
    },
  };
}
