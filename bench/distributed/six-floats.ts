import type { Objective } from "../../src/contracts/objective.ts";
import { float, searchSpace } from "../../src/space/index.ts";

export const NAMES = ["x0", "x1", "x2", "x3", "x4", "x5"] as const;
export const space = searchSpace(Object.fromEntries(NAMES.map((name) => [name, float(-5, 5)])));

export const objective: Objective = ({ params }) =>
  NAMES.reduce((sum, name) => sum + Number(params[name]) ** 2, 0);
