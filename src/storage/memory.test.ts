import test from "ava";
import { storageContract } from "../testing/storage-contract.ts";
import { memoryStorage } from "./memory.ts";

storageContract(test, "memory", async () => {
  const storage = memoryStorage();
  return { storage, other: storage };
});
