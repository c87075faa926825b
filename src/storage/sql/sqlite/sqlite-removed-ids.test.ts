import test from "ava";
import type { Transaction } from "../transaction.ts";
import { sqliteRemovedIds } from "./sqlite-removed-ids.ts";

test("the highest removed ids are remembered, and what is no higher writes nothing", async (t) => {
  const header: Record<string, number> = { user_version: 0, application_id: 0 };
  const written: string[] = [];
  const tx = {
    all: ({ sql }: { readonly sql: string }) => {
      const [, pragma, value] = /^PRAGMA (\w+)(?: = (\d+))?$/.exec(sql)!;
      if (value === undefined) return Promise.resolve([{ [pragma]: header[pragma] }]);
      header[pragma] = Number(value);
      written.push(pragma);
      return Promise.resolve([]);
    },
  } as unknown as Transaction;
  const remember = async (study: number, trial: number) => {
    written.length = 0;
    await sqliteRemovedIds.remember(tx, study, trial);
    return [...written];
  };
  t.deepEqual(await remember(3, 40), ["user_version", "application_id"]);
  t.deepEqual(header, { user_version: 3, application_id: 40 });
  t.deepEqual(await remember(3, 39), []);
  t.deepEqual(await remember(4, 40), ["user_version"]);
  t.deepEqual(header, { user_version: 4, application_id: 40 });
});
