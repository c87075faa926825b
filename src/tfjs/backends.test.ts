import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { selectBackend } from "./backends.ts";
import type { BackendName } from "./backends.ts";
import { isNativeInstalled, restoreRemovedUtilities } from "./native-backend.ts";

test.serial("each built-in back-end runs after it was selected", async (t) => {
  for (const name of ["wasm", "cpu", "wasm"] as const) {
    const selected = await selectBackend(name);
    t.is(selected.name, name);
    t.is(tf.getBackend(), name);
    t.deepEqual([...tf.add([1, 2], 1).dataSync()], [2, 3]);
  }
});

test.serial("auto says what it chose and why", async (t) => {
  const { name, engineName, why } = await selectBackend("auto");
  t.is(tf.getBackend(), engineName);
  t.regex(why, /installed/);
  if (!isNativeInstalled("node") && !isNativeInstalled("node-gpu")) t.is(name, "wasm");
});

test.serial(
  "a back-end that is not installed is an error with the remedy, never another one",
  async (t) => {
    await selectBackend("wasm");
    for (const name of ["node", "node-gpu"] as const) {
      if (isNativeInstalled(name)) {
        t.pass();
        continue;
      }
      const error = await t.throwsAsync(selectBackend(name));
      t.is(error?.name, "HpoError");
      t.regex(String(error?.message), new RegExp(`npm install @tensorflow/tfjs-${name}@`));
      t.is(tf.getBackend(), "wasm");
    }
  },
);

test.serial("an unknown name lists those that there are", async (t) => {
  await t.throwsAsync(selectBackend("webgl" as BackendName), { message: /wasm.*got "webgl"/ });
});

test("what tfjs-node misses on new Nodes is restored, and only that", (t) => {
  const kept = (): string => "kept";
  const utilities: Record<string, (value: unknown) => unknown> = { isArray: kept };
  restoreRemovedUtilities(utilities);
  t.is(utilities.isArray, kept);
  t.true(utilities.isNullOrUndefined(undefined));
  t.false(utilities.isNullOrUndefined(0));
});
