import { float, searchSpace } from "../../src/space/index.ts";

export const NAMES = ["x0", "x1", "x2", "x3", "x4", "x5"] as const;
export const space = searchSpace(Object.fromEntries(NAMES.map((name) => [name, float(-5, 5)])));
