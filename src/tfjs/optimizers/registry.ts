import * as all from "./all.ts";

type Spec = (typeof all)[keyof typeof all];
type Optimizer = Extract<Spec, { readonly kind: "optimizer" }>;
type Wrapper = Extract<Spec, { readonly kind: "wrapper" }>;

const specs: readonly Spec[] = Object.values(all);

/** Every optimizer that stands by itself, by name. */
export const optimizers = specs.filter((spec): spec is Optimizer => spec.kind === "optimizer");

/** Every optimizer over another one, named like `lookahead(adamw)`. */
export const optimizerWrappers = specs.filter((spec): spec is Wrapper => spec.kind === "wrapper");
