import test from "ava";
import { sharedCall } from "./shared-call.ts";

test("who asks amid a call shares the next one, whatever became of it", async (t) => {
  const ends: ((value: number | Error) => void)[] = [];
  const ask = sharedCall(
    () =>
      new Promise<number>((resolve, reject) => {
        ends.push((value) => (typeof value === "number" ? resolve(value) : reject(value)));
      }),
  );
  const first = ask();
  await Promise.resolve();
  const others = [ask(), ask(), ask()];
  t.is(ends.length, 1, "one at a time");
  ends[0](new Error("broken"));
  await t.throwsAsync(first, { message: "broken" });
  await new Promise(setImmediate);
  t.is(ends.length, 2, "one for all who asked meanwhile");
  const late = ask();
  ends[1](2);
  t.deepEqual(await Promise.all(others), [2, 2, 2]);
  await new Promise(setImmediate);
  ends[2](3);
  t.is(await late, 3);
});
