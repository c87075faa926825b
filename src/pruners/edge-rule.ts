import { HpoError } from "../errors/errors.ts";
import type { Params } from "../space/search-space.ts";
import { stability, type Stability, type UpdateRule } from "../theory/curvature/stability.ts";

type Nameable<T> = T extends number
  ? number | string
  : T extends object
    ? { readonly [K in keyof T]: Nameable<T[K]> }
    : T;

/**
 * An optimizer's update rule; a coefficient may be the name of a parameter, as in
 * `{ kind: "heavyBall", momentum: "momentum" }`, or 1 less one: `beta1: "1 - oneMinusBeta1"`.
 */
export type EdgeRule = Nameable<UpdateRule>;

/** By kind, the coefficients that it has; the first one, where `isNeeded`, must be given. */
const KINDS: Readonly<
  Record<string, { readonly has: readonly string[]; readonly isNeeded: boolean }>
> = {
  gradientDescent: { has: ["weightDecay"], isNeeded: false },
  heavyBall: { has: ["momentum", "dampening", "weightDecay"], isNeeded: true },
  ema: { has: ["momentum", "weightDecay"], isNeeded: true },
  nesterov: { has: ["momentum", "weightDecay"], isNeeded: true },
  emaNesterov: { has: ["momentum", "weightDecay"], isNeeded: true },
  adam: { has: ["beta1", "step", "weightDecay"], isNeeded: true },
  nadam: { has: ["beta1", "weightDecay"], isNeeded: true },
  rmsProp: { has: ["momentum", "weightDecay"], isNeeded: false },
};

/**
 * The rule with these parameters; undefined where a parameter is not there or no coefficient, as
 * with a momentum of 1.
 */
export function ruleWith(rule: EdgeRule, params: Params): UpdateRule | undefined {
  try {
    const resolved = resolve(rule, params) as UpdateRule;
    stability(resolved);
    return resolved;
  } catch (error) {
    if (error instanceof HpoError) return undefined;
    throw error;
  }
}

/** What bounds a rule's learning rate. @throws HpoError on a rule that is none, or has no threshold */
export function checkRule(rule: EdgeRule): Stability & { readonly kind: "threshold" } {
  const { kind, ...coefficients } = Object(rule) as Readonly<Record<string, unknown>>;
  const known = typeof kind === "string" && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known) throw noSuchRule(kind);
  const stray = Object.keys(coefficients).find((name) => !known.has.includes(name));
  if (stray !== undefined) {
    throw new HpoError(
      `divergence: edge.rule: ${String(kind)} has no "${stray}". It has ${known.has.join(", ")}.`,
    );
  }
  if (known.isNeeded && coefficients[known.has[0]] === undefined) {
    throw new HpoError(
      `divergence: edge.rule: ${String(kind)} needs ${known.has[0]}: a number, or a parameter's name.`,
    );
  }
  // Any coefficient will do for those that the parameters will tell.
  return stability(resolve(rule, undefined) as UpdateRule) as Stability & { kind: "threshold" };
}

function noSuchRule(kind: unknown): HpoError {
  const isUnbounded = ["sign", "lion", "muon", "lars", "lamb"].includes(kind as string);
  return new HpoError(
    isUnbounded
      ? `divergence: edge.rule: ${String(kind)} has no threshold of λ_max. Have the trials log the ` +
          'directional edge 2gᵀu/uᵀHu instead: edge: { directional: "directionalEdge" }.'
      : `divergence: edge.rule: there is no kind ${JSON.stringify(kind)}. The kinds are ` +
          `${Object.keys(KINDS).join(", ")}.`,
  );
}

/** The numbers in place of the names; without parameters, 0 for each of them. */
function resolve(value: unknown, params: Params | undefined, key?: string): unknown {
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, resolve(part, params, name)]),
    );
  }
  if (typeof value !== "string" || key === "kind") return value;
  if (!params) return 0;
  const less = /^1\s*[-\u2212]\s*(.+)$/.exec(value);
  const found = params[less ? less[1] : value];
  if (typeof found !== "number") throw new HpoError(`There is no number "${value}".`);
  return less ? 1 - found : found;
}
