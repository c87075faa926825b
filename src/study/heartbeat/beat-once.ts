import { readFileSync } from "node:fs";
import { openStorage } from "../../storage/open-storage.ts";

/** Writes heartbeats for a process whose thread is blocked; see blocked-beat.ts. */
const signs = JSON.parse(readFileSync(0, "utf8")) as readonly Readonly<Record<string, string>>[];
for (const { storage: url, worker } of signs) {
  const storage = await openStorage(url);
  await storage.beat(worker);
  await storage.close();
}
