import test from "ava";
import { checkRule, ruleWith, type EdgeRule } from "./edge-rule.ts";

test("names in a rule stand for parameters, 1 less one as well", (t) => {
  const params = { m: 0.9, decay: 0.01, away: 0.25, name: "adam" };
  const weightDecay = { kind: "coupled", strength: "decay" } as const;
  t.deepEqual(ruleWith({ kind: "heavyBall", momentum: "m", weightDecay }, params), {
    ...{ kind: "heavyBall", momentum: 0.9, weightDecay: { kind: "coupled", strength: 0.01 } },
  });
  t.deepEqual(ruleWith({ kind: "adam", beta1: "1 - away" }, params), {
    ...{ kind: "adam", beta1: 0.75 },
  });
  t.deepEqual(ruleWith({ kind: "ema", momentum: 0.5 }, {}), { kind: "ema", momentum: 0.5 });
});

test("there is no rule where a parameter is lacking, is no number or no coefficient", (t) => {
  const rule: EdgeRule = { kind: "heavyBall", momentum: "m" };
  t.is(ruleWith(rule, {}), undefined);
  t.is(ruleWith(rule, { m: "much" }), undefined);
  t.is(ruleWith(rule, { m: 1 }), undefined);
  t.not(ruleWith(rule, { m: 0 }), undefined);
});

test("a rule that can't do without a coefficient says which, another needs none", (t) => {
  const needed = {
    ...{ heavyBall: "momentum", ema: "momentum", nesterov: "momentum", emaNesterov: "momentum" },
    ...{ adam: "beta1", nadam: "beta1" },
  };
  for (const [kind, coefficient] of Object.entries(needed)) {
    const message = new RegExp(`${kind} needs ${coefficient}: `);
    t.throws(() => checkRule({ kind } as unknown as EdgeRule), { message }, kind);
    t.is(checkRule({ kind, [coefficient]: "a" } as unknown as EdgeRule).kind, "threshold", kind);
  }
  t.is(checkRule({ kind: "gradientDescent" }).kind, "threshold");
  t.is(checkRule({ kind: "rmsProp" }).kind, "threshold");
});

test("a kind or a coefficient that is none is refused with those that there are", (t) => {
  const check = (rule: unknown) => () => checkRule(rule as EdgeRule);
  t.throws(check({ kind: "sgd" }), { message: /no kind "sgd"\. The kinds are gradientDescent, / });
  t.throws(check({ kind: "toString" }), { message: /no kind "toString"/ });
  t.throws(check(undefined), { message: /no kind undefined/ });
  t.throws(check({ kind: "lion" }), { message: /lion has no threshold of λ_max/ });
  t.throws(check({ kind: "rmsProp", beta1: 0.9 }), {
    ...{ message: /rmsProp has no "beta1"\. It has momentum, weightDecay\./ },
  });
});
