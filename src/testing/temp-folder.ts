import type { ExecutionContext } from "ava";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder, removed when the test ends. */
export async function tempFolder(t: Pick<ExecutionContext, "teardown">): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
