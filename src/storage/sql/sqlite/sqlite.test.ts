import test from "ava";
import { join } from "node:path";
import { storageContract } from "../../../testing/storage-contract.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";

storageContract(test, "sqlite", async (t) => {
  const url = `sqlite:${join(await tempFolder(t), "hpo.db")}`;
  return { storage: await openStorage(url), other: await openStorage(url) };
});
