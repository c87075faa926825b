import { HpoError } from "../errors/errors.ts";
import { learningRateEdge } from "../theory/curvature/stability.ts";
import { COMMON_NAMES, plainName } from "../theory/study/roles.ts";
import type { Curves } from "../contracts/trial.ts";
import { checkRule, ruleWith, type EdgeRule } from "./edge-rule.ts";
import { requireWithin, requireKnown } from "../errors/checks.ts";
import type { PruneContext } from "../contracts/pruner.ts";

/** Which edge of stability `divergence` takes into account, and under which names trials log what it needs. */
export interface EdgeOptions {
  /**
   * The optimizer's update rule, whose threshold the sharpness is compared with; or one for each
   * choice of the optimizer, those left out having no edge. Needed, but with `directional`.
   */
  readonly rule?: EdgeRule | Readonly<Record<string, EdgeRule>>;
  /**
   * The name under which trials log λ_max. If left out `sharpness`, of the Hessian H; for rules
   * whose threshold is one of P^-½HP^-½ (adam, nadam, rmsProp) `preconditionedSharpness`.
   */
  readonly sharpness?: string;
  /** In place of a rule, for any optimizer: the name under which trials log η_c = 2gᵀu/uᵀHu. */
  readonly directional?: string;
  /**
   * The learning rate: the name under which it is logged, else of a parameter; or one for each
   * choice of the optimizer. If left out, what is logged under a common name (lr, learningRate, eta),
   * else the study's role, else a parameter with such a name.
   */
  readonly learningRate?: string | Readonly<Record<string, string>>;
  /** The parameter that chooses the optimizer; as `learningRate` if left out (optimizer, opt). */
  readonly optimizer?: string;
  /** A learning rate so many times the edge is clearly beyond it; ≥ 1; 1.5 if left out. */
  readonly factor?: number;
}

/** How a trial stands to its edge, by the latest that it logged. */
export type EdgeReading =
  | {
      readonly kind: "known";
      /** The step at which the curvature was logged. */
      readonly step: number;
      /** Whether the learning rate is clearly beyond the edge. */
      readonly isBeyond: boolean;
      readonly text: string;
    }
  /** What the trial would have to log, or to have as a parameter. */
  | { readonly kind: "missing"; readonly text: string };

export interface Edge {
  /** Undefined where there is no edge: λ_max ≤ 0, or an optimizer without a rule. */
  read(context: PruneContext): EdgeReading | undefined;
}

const NAMES = ["rule", "sharpness", "directional", "learningRate", "optimizer", "factor"];
const FACTOR = 1.5;

/** @throws HpoError on options that make no edge */
export function parseEdge(options: EdgeOptions): Edge {
  if (typeof options !== "object" || options === null) {
    throw new HpoError(
      `divergence: edge=${String(options)} names no optimizer. Give its rule: ` +
        'edge: { rule: { kind: "heavyBall", momentum: 0.9 } }.',
    );
  }
  requireKnown("divergence: edge", options, NAMES);
  const { rule, directional, sharpness, factor = FACTOR } = options;
  requireWithin("divergence: edge.factor", factor, 1, Infinity);
  if ((rule === undefined) === (directional === undefined)) {
    throw new HpoError("divergence: edge needs a rule, or the name of a directional edge: one.");
  }
  if (directional !== undefined && sharpness !== undefined) {
    throw new HpoError("divergence: edge: a directional edge needs no sharpness. Drop one.");
  }
  const limitOf = rule === undefined ? loggedLimit(directional!) : ruledLimit(rule, options);
  return {
    read(context) {
      const limit = limitOf(context);
      if (limit === undefined) return undefined;
      if (typeof limit === "string") return missing(`nothing is logged as "${limit}"`);
      const rate = rateOf(context, options);
      if (rate === undefined) return missing("no learning rate is found");
      const ratio = rate / limit.rate;
      return {
        kind: "known",
        step: limit.step,
        isBeyond: ratio >= factor,
        text:
          `the learning rate ${short(rate)} is ${short(ratio)} times ${limit.what}, ` +
          `${short(limit.rate)} at step ${limit.step}`,
      };
    },
  };
}

const missing = (what: string): EdgeReading => ({
  kind: "missing",
  text: `${what}, so that the pruner knows no edge`,
});

/** The greatest stable learning rate, where it is known. */
interface Limit {
  readonly step: number;
  readonly rate: number;
  readonly what: string;
}
/** Undefined where there is none; a string names what would have to be logged. */
type LimitOf = (context: PruneContext) => Limit | string | undefined;

const loggedLimit =
  (name: string): LimitOf =>
  ({ curves }) => {
    const found = latest(curves, name);
    if (!found) return name;
    return limitAt(found.step, found.value, "the directional edge");
  };

const limitAt = (step: number, rate: number | undefined, what: string): Limit | undefined =>
  rate !== undefined && rate > 0 && rate < Infinity ? { step, rate, what } : undefined;

function ruledLimit(given: NonNullable<EdgeOptions["rule"]>, options: EdgeOptions): LimitOf {
  const isOne = "kind" in Object(given);
  const byChoice = new Map(
    Object.entries((isOne ? { "": given } : given) as Readonly<Record<string, EdgeRule>>).map(
      ([choice, rule]) => [choice, { rule, curve: curveOf(rule, options) }],
    ),
  );
  return (context) => {
    const found = byChoice.get(isOne ? "" : choiceOf(context, options));
    const rule = found && ruleWith(found.rule, context.trial.params);
    if (!rule) return undefined;
    const sharpness = latest(context.curves, found.curve);
    if (!sharpness) return found.curve;
    const { step, value } = sharpness;
    const edge = Number.isFinite(value) ? learningRateEdge(rule, value) : undefined;
    return limitAt(step, edge, `the edge of ${rule.kind} at ${found.curve} ${short(value)}`);
  };
}

/** Which curve a rule's threshold is compared with. */
function curveOf(rule: EdgeRule, { sharpness }: EdgeOptions): string {
  const { curvature } = checkRule(rule);
  return sharpness ?? (curvature === "hessian" ? "sharpness" : "preconditionedSharpness");
}

/** The value of the parameter that chooses the optimizer. */
function choiceOf({ trial: { params }, roles }: PruneContext, options: EdgeOptions): string {
  const name = options.optimizer ?? roles?.optimizer ?? common(params, "optimizer");
  return name === undefined ? "" : String(params[name]);
}

function rateOf(context: PruneContext, options: EdgeOptions): number | undefined {
  const { trial, curves = {}, roles } = context;
  const given = options.learningRate ?? roles?.learningRate;
  const name = typeof given === "object" ? given[choiceOf(context, options)] : given;
  // What the schedule made of it is truer than where it began.
  const logged = options.learningRate === undefined ? common(curves, "learningRate") : name;
  const parameter = given === undefined ? common(trial.params, "learningRate") : name;
  const now = logged === undefined ? undefined : latest(curves, logged)?.value;
  const rate = now ?? (parameter === undefined ? undefined : trial.params[parameter]);
  return typeof rate === "number" && rate > 0 ? rate : undefined;
}

const common = (named: object, role: keyof typeof COMMON_NAMES): string | undefined => {
  const names: readonly string[] = COMMON_NAMES[role];
  return Object.keys(named).find((name) => names.includes(plainName(name)));
};

/** The last value that was logged under a name. */
function latest(
  curves: Curves | undefined,
  name: string,
): { readonly step: number; readonly value: number } | undefined {
  const last = curves && Object.hasOwn(curves, name) ? curves[name].at(-1) : undefined;
  return last && { step: last[0], value: last[1] };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
