import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage } from "../storage/open-storage.ts";

// usage: open-unprivileged.js FILE… : prints how opening each went, for a user who is not root.

// Everything is loaded while this process may still read it.
const folder = mkdtempSync(join(tmpdir(), "hpo-"));
await (await openStorage(join(folder, "warm.db"))).close();
rmSync(folder, { recursive: true });
if (process.getuid?.() === 0) process.setuid?.(65534);

for (const path of process.argv.slice(2)) {
  try {
    await (await openStorage(path)).close();
    console.log("opened");
  } catch (error) {
    console.log(String(error));
  }
}
