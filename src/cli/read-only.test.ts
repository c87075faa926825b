import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";
import { float, openStorage, openStudy, searchSpace } from "../index.ts";

test("every command that only reads works where this user may only read", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hpo-read-"));
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path, { mode: 0o644 });
  const space = searchSpace({ x: float(0, 1) });
  const study = await openStudy({ name: "bowl", direction: "minimize", space }, { storage });
  await study.optimize(({ params }) => params.x, { trials: 3 });
  await storage.close();
  chmodSync(folder, 0o555);
  const fixture = fileURLToPath(new URL("./fixtures/read-unprivileged.js", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fixture, "bowl", path]);
  chmodSync(folder, 0o755);
  t.is(stderr, "");
  const lines = stdout.trim().split("\n");
  t.is(lines.length, 8);
  for (const line of lines) t.regex(line, /: 0$/);
});
