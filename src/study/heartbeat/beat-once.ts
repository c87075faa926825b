import { readFileSync } from "node:fs";
import { openStorage } from "../../storage/open-storage.ts";

/** Gives signs of life for a process that can't at the moment; see blocked-beat.ts. */
const signs = JSON.parse(readFileSync(0, "utf8")) as readonly Readonly<Record<string, string>>[];
for (const { storage: url, worker } of signs) {
  const storage = await openStorage(url);
  await storage.beat(worker);
  await storage.close();
}
