import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { errorText } from "./report-error.ts";

test("a tab of a name is told as it is listed, and lines stay lines", (t) => {
  t.is(
    errorText(new HpoError('Study "a\tb" is gone.\nTry another.')),
    'Study "a\\tb" is gone.\nTry another.',
  );
});

test("a folder that is gone is told in a line", (t) => {
  const [before, gone] = [process.cwd(), mkdtempSync(join(tmpdir(), "hpo-gone-"))];
  process.chdir(gone);
  rmdirSync(gone);
  try {
    const error = t.throws(() => process.cwd());
    t.regex(errorText(error), /^The folder that this was started in is gone\. .*\.$/);
  } finally {
    process.chdir(before);
  }
});
