import test from "ava";
import { createStudy, float, HpoError, loadStudy, memoryStorage, searchSpace } from "../index.ts";
import { inlineRunner } from "../runner/inline.ts";
import { random } from "../../strategies/index.ts";
import { engineOf } from "./study-internals.ts";

// A user would miss: trials that end, whatever their objectives do.

const space = searchSpace({ x: float(0, 1) });
const newStudy = (extra: object = {}) =>
  createStudy({ name: "s", space, strategy: random(), ...extra });

const circle: Record<string, unknown> = {};
circle["self"] = circle;
const odd: unknown[] = [
  undefined,
  null,
  "0.5",
  true,
  1n,
  Symbol("a"),
  () => 1,
  [1, 2],
  [],
  ["1"],
  circle,
  { los: 1 },
  new Map([["loss", 1]]),
  Object.create(null),
  {
    get loss() {
      throw new Error("no loss");
    },
  },
];

test("a result that is no metric stops the study at trial 0, which failed", async (t) => {
  for (const metrics of [undefined, { loss: "minimize" as const }]) {
    for (const [index, result] of odd.entries()) {
      const study = await newStudy({ ...(metrics && { metrics }) });
      const running = study.optimize(() => result as number, { trials: 30 });
      await t.throwsAsync(running, { instanceOf: HpoError, message: /Trial 0: The objective / });
      t.is(study.trials().length, 1, String(index));
      t.like(study.trials()[0], { state: "failed", failure: { reason: "error" } });
      const asked = (await study.ask())!;
      // A caller can tell again after a malformed result, or none.
      await t.throwsAsync(study.tell(asked, result), {
        message:
          result === undefined || result === null ? /^tell: there is neither/ : /^tell: got /,
      });
    }
  }
});

test("with catch the study goes on after it, and the callback is told", async (t) => {
  const study = await newStudy();
  const told: string[] = [];
  await study.optimize(() => odd.shift() as number, {
    trials: 4,
    catch: (error, trial) => told.push(`${trial.number} ${error.message}`) > 0,
  });
  t.is(study.counts.failed, 4);
  t.regex(told[0], /^0 Trial 0: The objective returned nothing; this study needs a number/);
  t.regex(told[3], /^3 Trial 3: The objective returned true \(boolean\)/);
});

test("whatever is thrown in this thread fails its trial, and none stays running", async (t) => {
  const trap = new Proxy(new Error("trap"), {
    get: () => {
      throw new Error("trapped");
    },
    getPrototypeOf: () => {
      throw new Error("trapped");
    },
  });
  const silent = Object.defineProperty(new Error("x"), "message", {
    get: () => {
      throw new Error("no message");
    },
  });
  const storage = memoryStorage();
  const study = await createStudy({ name: "s", space, strategy: random() }, { storage });
  const thrown: unknown[] = [silent, trap, 1n, Symbol("a"), Object.create(null), circle, undefined];
  const count = thrown.length;
  await study.optimize(
    () => {
      throw thrown.shift() as Error;
    },
    { trials: count, catch: true },
  );
  t.is(study.counts.failed, count);
  const kept = await loadStudy("s", { storage });
  for (const trial of kept.trials()) {
    t.is(trial.state, "failed");
    t.is(trial.state === "failed" && typeof trial.failure.message, "string");
  }
});

test("a reason that the callbacks throw, the run throws, and no trial stays running", async (t) => {
  const study = await newStudy();
  const onTrial = (): void => {
    throw new RangeError("mine");
  };
  const running = engineOf(study).optimizeWith(
    inlineRunner(() => 1),
    { trials: 5, onTrial },
  );
  await t.throwsAsync(running, { instanceOf: RangeError, message: "mine" });
  t.is(study.counts.running, 0);
});
