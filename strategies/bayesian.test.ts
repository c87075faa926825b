import test from "ava";
import type { Suggestion } from "../src/contracts/strategy.ts";
import { float, searchSpace } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { bayesian } from "./bayesian.ts";

// The fingerprint stands in bayesian/recorded.test.ts, apart from these laws, which compute for long.
strategyContract(test, "bayesian", bayesian);

test("an option out of range is refused by name", (t) => {
  t.throws(() => bayesian({ startTrials: 2 }), { message: /startTrials=2 / });
  t.throws(() => bayesian({ priorStrength: -1 }), { message: /priorStrength=-1 / });
});

const isStart = (suggestion: Suggestion): boolean =>
  suggestion.kind === "params" && suggestion.why?.["phase"] === "start";

test("a start that finds nothing good goes on near the best that it has, another does not", (t) => {
  const space = searchSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1) });
  const startsOf = (loss: (a: number) => number): number => {
    const objective = (params: Readonly<Record<string, unknown>>) =>
      completeEnding(loss(params["a"] as number));
    const { suggestions } = simulate(bayesian(), { space, objective, trials: 12, seed: 1 });
    return suggestions.filter(isStart).length;
  };
  t.is(
    startsOf(() => 0.69),
    10,
  );
  t.is(
    startsOf((a) => a * a),
    5,
  );
});

test("of a study of few trials the start is no more than half", (t) => {
  const space = searchSpace({ a: float(0, 1), b: float(0, 1) });
  const objective = ({ a }: Readonly<Record<string, unknown>>) => completeEnding(a as number);
  const { suggestions } = simulate(bayesian(), { space, objective, trials: 6, seed: 1 });
  t.deepEqual(suggestions.map(isStart), [true, true, true, false, false, false]);
});
