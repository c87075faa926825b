import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { importError } from "./import-error.ts";

/** Thrown from a file's line, as far as its stack says. */
function refused(message: string, frame: string): HpoError {
  const error = new HpoError(message);
  error.stack = `HpoError: ${message}\n    at float (/hpo/float.js:3:1)\n    at ${frame}`;
  return error;
}
const told = (error: unknown): string => (importError(error, "/a/study.ts") as Error).message;

test("what hpo refuses is told with the line of the file, once", (t) => {
  t.is(told(refused("low=1", "/a/study.ts:12:5")), "/a/study.ts:12: low=1");
  t.is(told(refused("low=1", "make (/a/study.ts:7:30)")), "/a/study.ts:7: low=1");
  const own = refused("/a/study.ts has no default export", "/a/study.ts:12:5");
  t.is(importError(own, "/a/study.ts"), own);
  const elsewhere = refused("low=1", "/a/other.ts:12:5");
  t.is(importError(elsewhere, "/a/study.ts"), elsewhere);
});

const notFound = (name: string, code = "ERR_MODULE_NOT_FOUND") =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /a/study.ts`), { code });

test("a package that is not there is to be installed, its scope with it; other errors stay", (t) => {
  t.regex(told(notFound("left/deep")), /imports "left\/deep", .*npm install left in its folder/);
  t.regex(told(notFound("@me/it/deep")), /npm install @me\/it in its folder/);
  for (const other of [
    notFound("./x.js"),
    notFound("/a/x.js"),
    notFound("left", "EACCES"),
    7,
    undefined,
  ]) {
    t.is(importError(other, "/a/study.ts"), other);
  }
});
