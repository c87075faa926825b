import test from "ava";
import { createStudy, float, HpoError, searchSpace } from "../index.ts";
import { random } from "../../strategies/index.ts";

// A user would miss: a run that stops for a reason, and an error where a rule or a limit gives none.

const newStudy = () =>
  createStudy({ name: "s", space: searchSpace({ x: float(0, 1) }), strategy: random() });

test("a rule that gives no reason and not undefined is an error that shows what it gave", async (t) => {
  for (const [given, text] of [
    [false, /gives=false must be/],
    [true, /gives=true must be/],
    [null, /gives=null must be/],
    [0, /gives=0 must be/],
    [Promise.resolve("enough"), /gives=Promise .* must be the reason/],
  ] as const) {
    const running = (await newStudy()).optimize(() => 1, {
      trials: 3,
      until: () => given as never,
    });
    await t.throwsAsync(running, { instanceOf: HpoError, message: text });
  }
});

test("a time limit or a rule that is none is refused before any trial", async (t) => {
  const study = await newStudy();
  for (const timeoutMs of [NaN, 0, -1, "5" as never]) {
    const running = study.optimize(() => 1, { trials: 1, timeoutMs });
    await t.throwsAsync(running, {
      instanceOf: HpoError,
      message: /timeoutMs=.* must be a number > 0/,
    });
  }
  for (const until of ["enough", [null], {}] as never[]) {
    const running = study.optimize(() => 1, { trials: 1, until });
    await t.throwsAsync(running, { instanceOf: HpoError, message: /until=.* must be a stop rule/ });
  }
  t.is(study.trials().length, 0);
});
