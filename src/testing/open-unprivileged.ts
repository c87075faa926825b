import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage } from "../storage/open-storage.ts";

// usage: open-unprivileged.js FILE… : prints what a user who is not root may read of each, and how writing went.

async function tried(path: string): Promise<string> {
  const storage = await openStorage(path).catch(String);
  if (typeof storage === "string") return storage;
  const names = (await storage.listStudies()).map(({ name }) => name);
  const writing = await storage
    .createStudy({ name: "new", directions: ["minimize"] })
    .then(() => "written", String);
  await storage.close();
  return `studies [${names.join(", ")}], ${writing}`;
}

// Everything is loaded while this process may still read it.
const folder = mkdtempSync(join(tmpdir(), "hpo-"));
await tried(join(folder, "warm.db"));
rmSync(folder, { recursive: true });
if (process.getuid?.() === 0) process.setuid?.(65534);

for (const path of process.argv.slice(2)) console.log(await tried(path));
