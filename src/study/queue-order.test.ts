import test from "ava";
import {
  categorical,
  createStudy,
  float,
  memoryStorage,
  openStudy,
  searchSpace,
  type Params,
} from "../index.ts";
import { random } from "../../strategies/index.ts";
import { newStudy, smallSpace } from "./testing/small-study.ts";

test("queued trials come first, in their order, with what is left out suggested", async (t) => {
  const study = await newStudy();
  await study.enqueue({ x: 0.5, n: 3 });
  await study.enqueue({ x: 0.25 }, { userAttrs: { from: "me" } });
  const first = (await study.ask())!;
  const second = (await study.ask())!;
  t.deepEqual(first.params, { x: 0.5, n: 3 });
  t.is(second.params["x"], 0.25);
  t.is(typeof second.params["n"], "number");
  t.deepEqual(second.userAttrs, { from: "me" });
});

test("a queued value out of range is kept and noted, an unknown name or category refused", async (t) => {
  const study = await createStudy({
    name: "s",
    space: searchSpace({ x: float(0, 1), c: categorical(["a", "b"]) }),
  });
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  await study.enqueue({ x: 7 });
  t.regex(notes[0], /"x"=7 lies outside float 0 … 1; it is tried all the same/);
  t.is((await study.ask())!.params["x"], 7);
  await t.throwsAsync(study.enqueue({ c: "z" }), { message: /"c"="z" must be one of \["a","b"\]/ });
  await t.throwsAsync(study.enqueue({ xx: 1 }), { message: /no parameter "xx".*mean "x"/ });
});

test("skipIfExists compares the same names", async (t) => {
  const study = await newStudy();
  t.is(await study.enqueue({ x: 0.5 }), 0);
  t.is(await study.enqueue({ x: 0.5 }, { skipIfExists: true }), undefined);
  t.is(await study.enqueue({ x: 0.5, n: 1 }, { skipIfExists: true }), 1);
  t.is(await study.enqueue({ x: 0.6 }, { skipIfExists: true }), 2);
});

test("parameters that are queued again are told of", async (t) => {
  const study = await newStudy();
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const others: Params[] = [{ x: 0.5 }, { x: 0.6 }, {}, {}];
  for (const params of others) await study.enqueue(params);
  t.deepEqual(notes, []);
  t.is(await study.enqueue({ x: 0.5 }), 4);
  t.is(notes.length, 1);
  t.regex(notes[0], /^Trial 0 has the parameters of trial 4, which is queued.*--skip-if-exists/);
});

test("ten askers at once pop ten queued trials once each", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space: smallSpace, strategy: random() };
  const study = await createStudy(definition, { storage });
  for (let i = 0; i < 10; i++) await study.enqueue({ n: i });
  const studies = await Promise.all(
    Array.from({ length: 10 }, () => openStudy(definition, { storage })),
  );
  const asked = await Promise.all(studies.map((one) => one.ask()));
  t.deepEqual(
    asked.map((trial) => trial!.params["n"]).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});
