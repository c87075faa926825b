import { identityOf } from "../src/contracts/identity.ts";
import { requireStrategy } from "../src/contracts/part.ts";
import { givenOptions } from "../src/errors/checks.ts";
import { HpoError } from "../src/errors/errors.ts";
import { contains, type Scalar } from "../src/space/distribution.ts";
import { describeDistribution } from "../src/space/compare-distributions.ts";
import type { Prior } from "../src/space/prior.ts";
import type { Parameter, Params, SearchSpace } from "../src/space/search-space.ts";
import { toUnit } from "../src/space/unit-cube.ts";
import { reportsMatter, type Strategy, type StrategyContext } from "../src/contracts/strategy.ts";

/**
 * Keeps some parameters at given values and lets another strategy search the others: for it, each
 * fixed parameter has that one value. Trials with other values still count for the rest. A fixed
 * parameter that does not exist beside the others is left out, as ever. Of a joint prior the fixed
 * values enter the density; draws from it treat the parameters as independent.
 *
 * @param fixed values by parameter, e.g. `partialFixed({ lr: 1e-3 }, tpe())`
 * @throws HpoError at `init` for names that the space does not have and values out of range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { partialFixed, tpe } from "hpo/strategies";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }), momentum: float(0, 0.99) });
 * const strategy = partialFixed({ lr: 1e-3 }, tpe());
 * const study = await createStudy({ name: "fixed", space, strategy });
 * (await study.ask())?.params.lr; // 0.001
 * ```
 */
export function partialFixed<State>(fixed: Params, strategy: Strategy<State>): Strategy<State> {
  requireStrategy("partialFixed: strategy", strategy);
  const beside = (context: StrategyContext): StrategyContext => {
    const { space, prior } = context;
    checkFixed(fixed, space);
    const parameters = space.parameters.map((parameter) =>
      Object.hasOwn(fixed, parameter.name) ? only(parameter, fixed[parameter.name]) : parameter,
    );
    const narrowed = prior && priorBeside(prior, space, fixed);
    return { ...context, space: { parameters }, prior: narrowed };
  };
  return {
    name: "partial-fixed",
    options: { fixed: { ...fixed }, strategy: identityOf(strategy) },
    ...(strategy.promotes && { promotes: true }),
    usesReports: (context) => reportsMatter(strategy, beside(context)),
    init: (context) => strategy.init(beside(context)),
    observe: (state, trial) => strategy.observe(state, trial),
    suggest: (state, context) => strategy.suggest(state, context),
  };
}

/** The same from its options as one object: as it is kept with a study. */
export function partialFixedOf(options: {
  readonly fixed: Params;
  readonly strategy: Strategy;
}): Strategy {
  const { fixed, strategy } = givenOptions("partial-fixed", options, ["fixed", "strategy"]);
  return partialFixed(fixed, strategy);
}

/** The parameter with this value alone. */
function only(parameter: Parameter, value: Scalar): Parameter {
  const { name, distribution, conditions } = parameter;
  if (distribution.kind === "categorical") {
    return { name, conditions, distribution: { kind: "categorical", choices: [value] } };
  }
  const at = value as number;
  return { name, conditions, distribution: { ...distribution, low: at, high: at } };
}

/** The coordinate of a parameter with one value. */
const ONLY = 0.5;

function priorBeside(prior: Prior, space: SearchSpace, fixed: Params): Prior {
  const places = space.parameters.flatMap(({ name, distribution }, j) =>
    Object.hasOwn(fixed, name) ? [{ j, at: toUnit(distribution, fixed[name]) }] : [],
  );
  return {
    logDensity(unit) {
      const whole = unit.slice();
      for (const { j, at } of places) if (!Number.isNaN(whole[j])) whole[j] = at;
      return prior.logDensity(whole);
    },
    warp(uniforms) {
      const unit = prior.warp(uniforms);
      for (const { j } of places) unit[j] = ONLY;
      return unit;
    },
  };
}

function checkFixed(fixed: Params, space: SearchSpace): void {
  for (const [name, value] of Object.entries(fixed)) {
    const parameter = space.parameters.find((one) => one.name === name);
    if (!parameter) {
      throw new HpoError(
        `partialFixed: there is no parameter "${name}". ` +
          `The parameters are ${space.parameters.map((p) => p.name).join(", ")}.`,
      );
    }
    if (!contains(parameter.distribution, value)) {
      throw new HpoError(
        `partialFixed: ${name} = ${JSON.stringify(value)} is outside ` +
          `${describeDistribution(parameter.distribution)}. Fix it within, or widen the space.`,
      );
    }
  }
}
