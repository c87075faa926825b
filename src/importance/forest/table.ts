import type { Rng } from "../../numerics/rng.ts";
import type { Parameter, Params, SearchSpace } from "../../space/search-space.ts";
import { isActive } from "../../space/search-space.ts";
import { toUnit } from "../../space/unit-cube.ts";

/**
 * What a forest is grown on: n trials in the unit cube of the parameters' own scales.
 *
 *   n  trials     d  parameters     x[i·n + r]  coordinate i of trial r     y[r]  its target
 *
 * Equal lengths of a coordinate are equally probable values, so volumes in the cube are
 * probabilities. A choice is the index of its category. NaN marks a parameter that does not exist in
 * the trial.
 */
export interface Table {
  readonly n: number;
  readonly d: number;
  /** Column by column. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How many categories parameter i has; 0 for a number. */
  readonly categories: readonly number[];
  /** Where parameter i exists, if that is a matter of one choice. */
  readonly gates: readonly (Gate | undefined)[];
  /** Cells of parameters that exist but whose value is not known: any value is as probable. */
  readonly unknown: readonly number[];
}

/** A parameter exists beside these categories of another one. */
export interface Gate {
  readonly parent: number;
  readonly categories: readonly number[];
}

/** @param y the trials' targets, as many as there are params */
export function tableOf(space: SearchSpace, params: readonly Params[], y: Float64Array): Table {
  const { parameters } = space;
  const n = params.length;
  const x = new Float64Array(n * parameters.length);
  const unknown: number[] = [];
  parameters.forEach((parameter, i) => {
    params.forEach((one, r) => {
      x[i * n + r] = coordinate(parameter, one);
      if (Number.isNaN(x[i * n + r]) && isActive(parameter, one)) unknown.push(i * n + r);
    });
  });
  const categories = parameters.map(({ distribution }) =>
    distribution.kind === "categorical" ? distribution.choices.length : 0,
  );
  const gates = parameters.map((parameter) => gateOf(parameter, parameters));
  return { n, d: parameters.length, x, y, categories, gates, unknown };
}

function coordinate({ name, distribution }: Parameter, params: Params): number {
  if (!Object.hasOwn(params, name)) return NaN;
  if (distribution.kind !== "categorical") return toUnit(distribution, params[name]);
  const index = distribution.choices.indexOf(params[name]);
  return index < 0 ? NaN : index;
}

function gateOf({ conditions }: Parameter, parameters: readonly Parameter[]): Gate | undefined {
  if (conditions.length !== 1) return undefined;
  const [condition] = conditions;
  const parent = parameters.findIndex(({ name }) => name === condition.parameter);
  const { distribution } = parameters[parent];
  if (!("in" in condition) || distribution.kind !== "categorical") return undefined;
  return { parent, categories: condition.in.map((value) => distribution.choices.indexOf(value)) };
}

/** The table with a value drawn for every one that is not known. */
export function withDraws(table: Table, rng: Rng): Table {
  if (table.unknown.length === 0) return table;
  const x = table.x.slice();
  for (const cell of table.unknown) {
    const count = table.categories[Math.floor(cell / table.n)];
    x[cell] = count === 0 ? rng.uniform() : rng.integer(0, count - 1);
  }
  return { ...table, x };
}
