import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import * as real from "./exports.ts";

test("what the build puts in the place of hpo/tfjs exports the same", async (t) => {
  const entry = new URL("./index.js", import.meta.url);
  t.true(existsSync(entry));
  t.deepEqual(Object.keys((await import(entry.href)) as object), Object.keys(real));
  t.notRegex(readFileSync(entry, "utf8"), /@tensorflow/);
});
