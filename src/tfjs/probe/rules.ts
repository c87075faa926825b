import type { OptimizerFamily } from "../../theory/prior/prior-knowledge.ts";
import type { ProbeOptimizer } from "../../theory/probe/problem.ts";
import type { UpdateRule, WeightDecay } from "../../theory/curvature/stability.ts";
import type { BaseOptimizerName } from "../optimizers/create.ts";
import { nameOf, type OptimizerConfig } from "./optimizer-config.ts";

/** What theory knows of an optimizer's rule. */
export type KnownRule = Pick<ProbeOptimizer, "family" | "stability" | "notes">;

/** The rule behind an optimizer with these settings, or why it has no stability threshold. */
export function ruleOf(config: OptimizerConfig): KnownRule {
  if (config.kind === "base") return baseRule(config);
  const { family, notes } = ruleOf(config.inner);
  const within = nameOf(config.inner);
  return config.spec.id === "lookahead"
    ? {
        family,
        stability: none("averaging with older weights has an edge that depends on k and α"),
        notes: [...notes, `Its steps between averages are those of ${within}.`],
      }
    : {
        family,
        stability: none("its gradient is taken ρ away, so that its edge depends on ‖g‖ too"),
        notes: [...notes, `u is the step of ${within} by the gradient at the worst point near by.`],
      };
}

function baseRule({ spec, values }: OptimizerConfig & { kind: "base" }): KnownRule {
  const id = spec.id as BaseOptimizerName;
  const number = (key: string): number => Number(values[key] ?? 0);
  const strength = number("weightDecay");
  const decoupled = values.decoupledWeightDecay ?? spec.weightDecay === "decoupled";
  const weightDecay: WeightDecay = { kind: decoupled === true ? "decoupled" : "coupled", strength };
  const adam: UpdateRule = { kind: "adam", beta1: number("beta1"), weightDecay };
  switch (id) {
    case "sgd":
      return known("sgd", { kind: "gradientDescent", weightDecay });
    case "asgd": {
      // (1 − ηλ)w − ηg is gradient descent with the decay λ; L2 decay adds to it.
      const all: WeightDecay = { kind: "decoupled", strength: strength + number("lambda") };
      return known("sgd", { kind: "gradientDescent", weightDecay: all });
    }
    case "momentum":
      return heavyBall(values, weightDecay, "heavyBall");
    case "nesterov":
      return heavyBall(values, weightDecay, "nesterov");
    case "lars":
      return lars(values, weightDecay);
    case "adagrad":
      return known("rmsProp", { kind: "rmsProp", weightDecay }, [
        "Its P grows as the root of the steps, and the edge with it: here it is that of 32 steps.",
      ]);
    case "adadelta":
      return known("rmsProp", { kind: "rmsProp", weightDecay }, [
        "Its P depends on its own updates so far: here it is that of 32 steps.",
      ]);
    case "rmsprop":
      return known("rmsProp", { kind: "rmsProp", momentum: number("momentum"), weightDecay });
    case "adam":
    case "adamw":
    case "amsgrad":
    case "sparse-adam":
    case "adamax":
      return known("adam", adam);
    case "radam":
      return known("adam", adam, ["The edge is for its full update, after its own warm-up."]);
    case "nadam":
      return known("adam", { kind: "nadam", beta1: number("beta1"), weightDecay });
    case "lamb":
      return strength > 0 || values.alwaysAdapt === true
        ? known("adam", { kind: "lamb" }, [INSIDE])
        : known("adam", adam, [PLAIN]);
    case "sign-sgd":
      return known("sign", { kind: "sign" });
    case "rprop":
      return known("sign", { kind: "sign" }, [
        "Its steps start at η and then grow and shrink by themselves: η_c is for the first one.",
      ]);
    case "lion":
      return known("lion", { kind: "lion" });
    case "muon":
      return known("other", { kind: "muon" });
    case "shampoo":
      return {
        family: "other",
        stability: none("its preconditioner, a Kronecker product, moves with every gradient"),
        notes: ["Its preconditioner is that of 32 steps."],
      };
    case "lbfgs":
      return {
        family: "other",
        stability: none("it searches along a line for the length of its step"),
        notes: ["η_c is for the first step that its line search tries."],
      };
    default:
      // A new optimizer, until its edge is derived and stands above.
      return {
        family: "other",
        stability: none("nobody has derived the edge of its stability"),
        notes: [],
      };
  }
}

const PLAIN = "Without weight decay or alwaysAdapt its trust ratio is off.";
const INSIDE = "Its weight decay is a part of u, inside the trust ratio.";

const known = (
  family: OptimizerFamily,
  rule: UpdateRule,
  notes: readonly string[] = [],
): KnownRule => ({ family, stability: { kind: "rule", rule }, notes });

const none = (reason: string): KnownRule["stability"] => ({ kind: "none", reason });

function heavyBall(
  values: Readonly<Record<string, unknown>>,
  weightDecay: WeightDecay,
  kind: "heavyBall" | "nesterov",
): KnownRule {
  const momentum = Number(values.momentum);
  if (momentum === 0) return known("sgd", { kind: "gradientDescent", weightDecay });
  const dampening = Number(values.dampening ?? 0);
  return known(
    "heavyBall",
    kind === "nesterov"
      ? { kind, momentum, weightDecay }
      : { kind, momentum, dampening, weightDecay },
  );
}

/** Whether LARS scales its layers' steps; else it is SGD with momentum. */
function lars(values: Readonly<Record<string, unknown>>, weightDecay: WeightDecay): KnownRule {
  if (weightDecay.strength > 0 || values.alwaysAdapt === true) {
    return known("other", { kind: "lars" }, [INSIDE]);
  }
  const plain = heavyBall(values, weightDecay, values.nesterov === true ? "nesterov" : "heavyBall");
  return { ...plain, notes: [...plain.notes, PLAIN] };
}
