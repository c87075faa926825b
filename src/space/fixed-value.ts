import { contains, type Distribution } from "./distribution.ts";
import { describeDistribution } from "./compare-distributions.ts";

/** How a value that a user fixed fits a parameter. */
export type ValueFit =
  | { readonly kind: "inside" }
  /** A value of the right kind beyond the range, or between the steps: it can be tried. */
  | { readonly kind: "outside" }
  /** No value that the parameter could ever have. */
  | { readonly kind: "wrong"; readonly must: string };

export function fitOf(distribution: Distribution, value: unknown): ValueFit {
  if (contains(distribution, value)) return { kind: "inside" };
  const wrong = (must: string): ValueFit => ({ kind: "wrong", must });
  if (distribution.kind === "categorical") return wrong(describeDistribution(distribution));
  if (typeof value !== "number" || !Number.isFinite(value)) return wrong("a finite number");
  if (distribution.kind === "int" && !Number.isSafeInteger(value)) return wrong("an integer");
  if (distribution.log && value <= 0) return wrong("a number > 0, as its scale is logarithmic");
  return { kind: "outside" };
}
