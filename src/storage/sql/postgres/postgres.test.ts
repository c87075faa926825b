import test from "ava";
import { storageContract } from "../../../testing/storage-contract.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

storageContract(postgres.test, "postgres", async () => {
  const url = await postgres.database();
  return { storage: await openStorage(url), other: await openStorage(url) };
});
