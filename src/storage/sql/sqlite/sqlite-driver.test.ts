import test from "ava";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tempFolder } from "../../../testing/temp-folder.ts";

const writer = fileURLToPath(new URL("../../../testing/storage-writer.js", import.meta.url));

test("a program that opens a database prints no warning of Node's, but keeps the others", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const program =
    `process.argv.splice(1, 0, ""); await import(${JSON.stringify(writer)});` +
    `process.emitWarning("mine", "ExperimentalWarning");`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    ...["--input-type=module", "--eval", program],
    ...["--", path, "1", "label"],
  ]);
  t.is(stdout, "0\n");
  t.regex(stderr, /^\(node:\d+\) ExperimentalWarning: mine\n\(Use `.*\n$/);
});
