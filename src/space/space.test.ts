import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { createRng } from "../numerics/rng.ts";
import {
  cardinality,
  categorical,
  complete,
  decode,
  encode,
  float,
  int,
  oneOf,
  paramsKey,
  points,
  searchSpace,
  sameSpace,
  spaceCardinality,
  spaceFromJson,
  spaceToJson,
} from "./index.ts";
import { exampleSpace as space } from "./fixtures/example-space.ts";
import { messageOf } from "./fixtures/message-of.ts";

test("a parameter that exists is not decoded from no coordinate", (t) => {
  const space = searchSpace({
    kind: categorical(["a", "b"]),
    momentum: float(0, 1).when("kind", "a"),
  });
  t.deepEqual(decode(space, [0.9, NaN]), { kind: "b" });
  t.throws(() => decode(space, [0.1, NaN]), {
    instanceOf: HpoError,
    message:
      /^decode: "momentum" exists here, and its coordinate unit\[1\] is NaN\. Give a number from 0 to 1/,
  });
  t.throws(() => decode(space, [0.1]), { message: /unit\[1\] is missing/ });
  t.deepEqual(complete(space, { momentum: 0.5 }, [0.1, NaN]), { kind: "a", momentum: 0.5 });
});

test("what is decoded is what exists, and encodes back", (t) => {
  const rng = createRng(3);
  for (let i = 0; i < 300; i++) {
    const unit = new Float64Array(space.parameters.length).map(() => rng.uniform());
    const params = decode(space, unit);
    t.is("momentum" in params, params["optimizer"] === "momentum");
    t.is("decay" in params, params["optimizer"] !== "sgd");
    t.is("warmup" in params, (params["batchSize"] as number) >= 256);
    t.is("ams" in params, params["amsgrad"] === true);
    t.deepEqual(decode(space, encode(space, params)), params);
  }
});

test("parameters stand after those that they depend on, however declared", (t) => {
  const turned = searchSpace({
    child: float(0, 1).when("parent", "a"),
    parent: categorical(["a", "b"]),
  });
  t.deepEqual(
    turned.parameters.map((parameter) => parameter.name),
    ["parent", "child"],
  );
});

test("conditions that can't hold are refused", (t) => {
  t.regex(
    messageOf(() => searchSpace({ a: float(0, 1).when("b", 1) })),
    /no parameter "b"\. The parameters are "a"/,
  );
  t.regex(
    messageOf(() => searchSpace({ b: categorical(["x"]), a: float(0, 1).when("b", "y") })),
    /"b" is one of \["x"\]\. Name values/,
  );
  t.regex(
    messageOf(() => searchSpace({ b: categorical(["x"]), a: float(0, 1).when("b", { gte: 1 }) })),
    /"b" is categorical/,
  );
  t.regex(
    messageOf(() => searchSpace({ b: int(0, 1).when("a", 1), a: int(0, 1).when("b", 1) })),
    /circle/,
  );
  t.regex(
    messageOf(() => oneOf("o", { x: { a: float(0, 1) }, y: { a: float(0, 2) } })),
    /"a" is declared differently in the branches "x" and "y"/,
  );
  t.regex(
    messageOf(() => int(0, 1).when("a", { above: 3 } as never)),
    /expected a value, a list of values/,
  );
});

test("a space survives JSON, with conditions and priors", (t) => {
  const copy = spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space))));
  t.true(sameSpace(space, copy));
  t.regex(
    messageOf(() => spaceFromJson([{ name: "x" }])),
    /no search space|is no distribution|distribution is missing/,
  );
  t.regex(
    messageOf(() => spaceFromJson({})),
    /no search space/,
  );
});

test("points of a finite space come once, conditions counted", (t) => {
  const finite = searchSpace({
    ...oneOf("o", { a: { n: int(1, 3) }, b: {} }),
    f: float(0, 0.2, { step: 0.1 }),
  });
  const all = [...points(finite)].map(paramsKey);
  t.is(all.length, 12);
  t.is(new Set(all).size, 12);
  t.is(spaceCardinality(finite), 12);
  t.is(spaceCardinality(space), Infinity);
  t.is(cardinality(float(1, 1).distribution), 1);
});

test("a finite space has as many points as it lists, with conditions and without", (t) => {
  const plain = searchSpace({ a: int(1, 3), b: categorical(["x", "y"]), c: float(0, 1, { step: 0.5 }) }); // prettier-ignore
  t.is(spaceCardinality(plain), 18);
  t.is([...points(plain)].length, 18);
  t.is(new Set([...points(plain)].map(paramsKey)).size, 18);
  const branched = searchSpace({ a: int(1, 3), b: int(1, 4).when("a", { gte: 2 }) });
  t.is(spaceCardinality(branched), 9);
  t.is([...points(branched)].length, 9);
  t.is(spaceCardinality(searchSpace({ a: int(1, 3), b: float(0, 1).when("a", 1) })), Infinity);
  t.is(spaceCardinality(searchSpace({ a: int(1, 2 ** 30), b: int(1, 2).when("a", 1) })), Infinity);
});
