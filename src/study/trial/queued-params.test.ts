import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Trial, WaitingTrial } from "../../contracts/trial.ts";
import { categorical, float, int, searchSpace, type Params } from "../../space/index.ts";
import {
  checkFixed,
  checkQueued,
  checkUnseen,
  leftOutNote,
  sameFixed,
  whyUnstartable,
} from "./queued-params.ts";

const space = searchSpace({
  optimizer: categorical(["sgd", "adam"]),
  momentum: float(0, 1).when("optimizer", "sgd"),
  beta: float(0, 1).when("optimizer", "adam"),
  decay: float(0, 1).when("beta", { gt: 0.5 }),
  layers: int(1, 4),
  width: int(8, 64).when("layers", { gte: 2 }),
  extra: int(0, 1).when("layers", { lt: 2 }),
});

test("queued parameters are checked against the space, one by one and together", (t) => {
  const fine: readonly Params[] = [
    {},
    { layers: 2 },
    { momentum: 0.5 },
    { optimizer: "sgd", momentum: 0.5 },
    { beta: 0.9, decay: 1 },
    { optimizer: "adam", beta: 0.9, decay: 1, layers: 4, width: 8 },
    { width: 8, momentum: 0 },
    { width: 8, extra: 1 },
    { layers: 1, extra: 1 },
  ];
  for (const params of fine) t.deepEqual(checkQueued(params, space), [], JSON.stringify(params));
  const outside = (name: string, value: number, range: RegExp) => {
    const [warning, ...others] = checkQueued({ [name]: value }, space);
    t.deepEqual(others, []);
    t.regex(warning, new RegExp(`^enqueue: "${name}"=${value} lies outside .*; it is tried all the same\\.$`)); // prettier-ignore
    t.regex(warning, range);
  };
  outside("layers", 9, /1.*4/);
  outside("momentum", -1, /0.*1/);
  t.is(checkQueued({ layers: 9, momentum: 2 }, space).length, 2);
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [null, /^enqueue: params=null must be an object of parameters/],
    [[1], /^enqueue: params=.* must be an object of parameters/],
    ["layers", /^enqueue: params="layers" must be an object/],
    [{ layer: 1 }, /^enqueue: the study has no parameter "layer"\. .*"layers"/],
    [{ layers: "two" }, /^enqueue: "layers"="two" must be/],
    [{ layers: 1.5 }, /^enqueue: "layers"=1\.5 must be/],
    [{ optimizer: "lion" }, /^enqueue: "optimizer"="lion" must be/],
    [
      { optimizer: "adam", momentum: 0.5 },
      /^enqueue: "momentum" exists only when optimizer is "sgd", and "optimizer" is given as "adam"\. Drop one/,
    ],
    [{ optimizer: "sgd", decay: 1 }, /^enqueue: "beta" exists only when optimizer is "adam", and/],
    [
      { beta: 0.5, decay: 1 },
      /^enqueue: "decay" exists only when .*beta.*, and "beta" is given as 0\.5/,
    ],
    [
      { layers: 1, width: 8 },
      /^enqueue: "width" exists only when .*, and "layers" is given as 1\./,
    ],
    [
      { momentum: 0.5, beta: 0.5 },
      /^enqueue: "momentum" exists only when optimizer is "sgd", and "beta" only when optimizer is "adam"\. Drop one of them\.$/,
    ],
    [{ decay: 1, momentum: 0.5 }, /^enqueue: "decay" exists only|^enqueue: "momentum" exists only/],
  ];
  for (const [params, message] of refused) {
    t.throws(() => checkQueued(params as Params, space), { message }, JSON.stringify(params));
  }
});

test("without a space each value must be one that a parameter can have", (t) => {
  t.deepEqual(checkQueued({ a: 1, b: "x", c: true, d: null }, undefined), []);
  for (const value of [NaN, Infinity, [], {}, undefined]) {
    t.throws(() => checkQueued({ a: value as never }, undefined), {
      message: /^enqueue: "a"=.* must be a finite number, a text, true, false or null/,
    });
  }
  t.is(checkFixed("a", 0.5, { kind: "float", low: 0, high: 1 } as never), undefined);
});

test("names that no trial had are told, and values that theirs can't have refused", (t) => {
  const seen = searchSpace({ lr: float(0, 1), layers: int(1, 4) });
  t.deepEqual(checkUnseen({ lr: 0.5, layers: 2 }, seen), []);
  t.deepEqual(checkUnseen({ lr: 5 }, seen), []);
  t.deepEqual(checkUnseen({ other: 1 }, searchSpace({})), [], "no trial so far had any");
  const warnings = checkUnseen({ layer: 1, lr: 0.1, zzz: 2 }, seen);
  t.is(warnings.length, 2);
  t.regex(warnings[0], /^enqueue: no trial so far has a parameter "layer"\. .*"layers".* It is used if the objective asks for it\.$/); // prettier-ignore
  t.regex(warnings[1], /^enqueue: no trial so far has a parameter "zzz"\./);
  t.throws(() => checkUnseen({ layers: "two" }, seen), {
    message: /^enqueue: "layers"="two" must be .*: the study's trials have it as int/,
  });
});

test("a queued trial that can't be started says why", (t) => {
  t.is(whyUnstartable({}, space), undefined);
  t.is(whyUnstartable({ layers: 9, unknown: "x" }, space), undefined);
  t.regex(whyUnstartable({ layers: 1, optimizer: "lion" }, space)!, /^It was queued with "optimizer"="lion", which must be .*\.$/); // prettier-ignore
});

test("what a queued trial is started without is told with its reason", (t) => {
  const queued = (params: Params): WaitingTrial => ({
    ...{ state: "waiting", number: 7, params, distributions: {}, reports: [], userAttrs: {} },
    systemAttrs: {},
  });
  t.is(leftOutNote(queued({ layers: 1 }), { layers: 1 }, space), undefined);
  t.is(leftOutNote(queued({}), { layers: 1 }, space), undefined);
  t.is(
    leftOutNote(queued({ momentum: 1, gone: 2 }), { optimizer: "adam" }, space),
    'Trial 7 was queued with "momentum", which exists only when optimizer is "sgd", and "gone", which the ' +
      "study's space does not have any more: left out.",
  );
  t.is(
    leftOutNote(queued({ layers: 1 }), {}, space),
    'Trial 7 was queued with "layers": left out.',
    "why is not known",
  );
});

test("a trial is the same as one of the same names and values, as it was queued", (t) => {
  const one = (params: Params, fixed?: Params): Trial => ({
    ...{ state: "waiting", number: 0, params, distributions: {}, reports: [], userAttrs: {} },
    systemAttrs: fixed ? { [ATTRIBUTE.fixedParams]: fixed } : {},
  });
  t.true(sameFixed(one({ a: 1, b: 2 }), { b: 2, a: 1 }));
  t.false(sameFixed(one({ a: 1, b: 2 }), { a: 1 }));
  t.false(sameFixed(one({ a: 1 }), { a: 1, b: 2 }));
  t.false(sameFixed(one({ a: 1 }), { a: 2 }));
  t.true(sameFixed(one({ a: 1, b: 2 }, { a: 1 }), { a: 1 }));
  t.false(sameFixed(one({ a: 1, b: 2 }, { a: 1 }), { a: 1, b: 2 }));
  t.true(sameFixed(one({}), {}));
});
