import { polylineShape } from "./shapes.ts";
import { symbolShape } from "./symbols.ts";

/** Lets custom series draw our shapes; before the first chart. */
export function registerShapes(register: (name: string, shape: object) => void): void {
  for (const shape of [symbolShape, polylineShape]) register(shape.type, shape);
}
