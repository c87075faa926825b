import test from "ava";
import { categorical, float, int, oneOf, searchSpace, type ParamsOf } from "./index.ts";

// Types: a mistake here fails the build.
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const equal = <A, B>(_same: Equal<A, B>): void => undefined;

test("ParamsOf infers names, kinds and narrowing", (t) => {
  const flat = searchSpace({
    x: float(0, 1),
    n: int(1, 3),
    c: categorical(["a", 1, true, null]),
    w: int(0, 1).when("n", { gt: 1 }),
  });
  equal<
    ParamsOf<typeof flat>,
    {
      readonly x: number;
      readonly n: number;
      readonly c: "a" | 1 | true | null;
      readonly w?: number;
    }
  >(true);

  const branched = searchSpace({
    ...oneOf("optimizer", { sgd: { momentum: float(0, 1) }, adamw: { beta: float(0, 1) } }),
    lr: float(0, 1),
    amsgrad: categorical([true, false]).when("optimizer", "adamw"),
    shift: float(0, 1).when("amsgrad", true),
  });
  type P = ParamsOf<typeof branched>;
  const use = (params: P): number => {
    if (params.optimizer === "sgd") return params.momentum + params.lr;
    if (params.amsgrad) return params.beta + params.shift;
    return params.beta;
  };
  t.is(use({ optimizer: "sgd", momentum: 1, lr: 2 }), 3);
  t.is(use({ optimizer: "adamw", beta: 1, lr: 2, amsgrad: true, shift: 4 }), 5);
  // @ts-expect-error a branch's parameter does not exist in the other branch
  t.is(use({ optimizer: "sgd", beta: 1, lr: 2 }), NaN);
  // @ts-expect-error no such choice
  t.notThrows(() => use({ optimizer: "lion", lr: 2, beta: 1, amsgrad: false }));
});
