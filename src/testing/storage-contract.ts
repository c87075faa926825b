import type { ExecutionContext } from "ava";
import type { Storage } from "../contracts/storage.ts";
import { readerLaws } from "./storage-reader-laws.ts";
import type { Store } from "./storage-samples.ts";
import { attributeLaws, orderLaws, studyLaws } from "./storage-study-laws.ts";
import { lifeLaws, raceLaws, reportLaws, valueLaws } from "./storage-trial-laws.ts";
import { deletionLaws, leaseLaws, signLaws, turnLaws } from "./storage-turn-laws.ts";

/**
 * One empty store, as two processes see it. Where a store has one reader only (memory), both are
 * the same. Both are closed by the test.
 */
export interface OpenedTwice {
  readonly storage: Storage;
  readonly other: Storage;
}

/**
 * What every storage owes its users; an implementation's test calls it in one line.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import test from "ava";
 * import { openStorage } from "hpo";
 * import { storageContract } from "hpo/testing";
 *
 * storageContract(test, "sqlite", async (t) => {
 *   const url = `sqlite:${await mkdtemp("storage-")}/hpo.db`;
 *   const [storage, other] = [await openStorage(url), await openStorage(url)];
 *   t.teardown(() => Promise.all([storage.close(), other.close()]));
 *   return { storage, other }; // as two processes have it open
 * });
 * ```
 */
export function storageContract(
  test: (title: string, body: (t: ExecutionContext) => Promise<void>) => void,
  name: string,
  openStorage: (t: ExecutionContext) => Promise<OpenedTwice>,
): void {
  const law = (title: string, check: (t: ExecutionContext, store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => {
      const { storage, other } = await openStorage(t);
      t.teardown(() => other.close());
      t.teardown(() => storage.close());
      const study = await storage.createStudy({ name: "s", directions: ["minimize"] });
      await check(t, { storage, other, study });
    });

  studyLaws(law);
  attributeLaws(law);
  lifeLaws(law);
  raceLaws(law);
  readerLaws(law);
  valueLaws(law);
  reportLaws(law);
  orderLaws(law);
  turnLaws(law);
  leaseLaws(law);
  signLaws(law);
  deletionLaws(law);
}
