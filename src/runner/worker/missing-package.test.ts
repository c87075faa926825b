import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { importModule } from "./load-objective.ts";

for (const extension of ["mjs", "ts"]) {
  test(`.${extension}: a package that is not there is named, with the line that installs it`, async (t) => {
    const path = join(mkdtempSync(join(tmpdir(), "hpo-missing-")), `study.${extension}`);
    writeFileSync(path, 'import { x } from "@none/such/deep";\nexport default x;\n');
    await t.throwsAsync(importModule(pathToFileURL(path).href), {
      instanceOf: HpoError,
      message: /study\.\w+ imports "@none\/such(\/deep)?".*npm install @none\/such in its folder/,
    });
  });
}
