import { HpoError } from "../errors.ts";
import { memoryStorage } from "./memory.ts";
import type { Storage } from "./storage.ts";

export async function openStorage(url: string): Promise<Storage> {
  if (url === "memory:") return memoryStorage();
  throw new HpoError(`"${url}" is no storage.`);
}
