import { contains, toUnit } from "../../src/space/index.ts";
import { isActive, type Params, type SearchSpace } from "../../src/space/search-space.ts";

/**
 * The unit-cube form of a trial's parameters, NaN where the parameter is missing, does not exist
 * beside the others, or lies outside its range: there the trial says nothing about this space.
 * A value off a moved grid is taken at its place between the cells.
 */
export function encodeInside(space: SearchSpace, params: Params): Float64Array {
  const unit = new Float64Array(space.parameters.length);
  for (let i = 0; i < unit.length; i++) {
    const parameter = space.parameters[i];
    const { name, distribution } = parameter;
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    const inside =
      distribution.kind === "categorical"
        ? contains(distribution, value)
        : typeof value === "number" && value >= distribution.low && value <= distribution.high;
    unit[i] = inside && isActive(parameter, params) ? toUnit(distribution, value) : NaN;
  }
  return unit;
}
