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

for (const extension of ["mjs", "ts"]) {
  test(`.${extension}: what is refused in a file is told with its line`, async (t) => {
    const path = join(mkdtempSync(join(tmpdir(), "hpo-line-")), `study.${extension}`);
    const index = new URL("../../index.js", import.meta.url).pathname;
    const text = `import { float, searchSpace } from "${index}";\n\nexport default searchSpace({\n  lr: float(1, 0),\n});\n`;
    writeFileSync(path, text);
    await t.throwsAsync(importModule(pathToFileURL(path).href), {
      instanceOf: HpoError,
      message: new RegExp(`^${path}:4: .*low=1 lies above high=0`),
    });
  });
}
