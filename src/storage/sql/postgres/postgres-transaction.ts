import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "../../../errors/errors.ts";
import type { LastStatements, Transaction } from "../transaction.ts";
import type { Query } from "../prepared.ts";
import { together } from "../together.ts";
import { LostError } from "./postgres-errors.ts";
import type { PostgresLink } from "./postgres-link.ts";
import type { StampKeeper } from "./postgres-stamp.ts";

/** A transaction that writes, from its first statement to its end. */
export interface OpenTransaction extends Transaction {
  /** Commits, unless `last` did already. @throws LostError if nothing was written */
  commit(): Promise<void>;
  /** Whether the commit was sent, whatever became of it. */
  readonly isOver: boolean;
}

interface Attempt {
  /** Whether an earlier attempt was lost, which may have been committed nevertheless. */
  readonly isAgain: boolean;
  /** Called once all statements were sent. */
  readonly sent?: () => void;
}

const ID = "pg_current_xact_id()::text as id";
// Each statement sees what was committed before it: behind the study's lock, all of others' writes.
const BEGIN = "begin isolation level read committed";
const BEGUN = `select ${ID}`;
export const SNAPSHOT: Query<{ snapshot: string }> = {
  sql: "select pg_current_snapshot()::text as snapshot",
  parameters: [],
};
/*
 * Where others write too, locks are not held while the disk confirms: an asynchronous commit
 * releases them at once, and a second transaction, of an empty message, returns when both are on
 * the disk. Only then is anything acknowledged. Whoever reads what is visible before commits later
 * in the log, and so reaches the disk later.
 */
const BEGUN_AMID_OTHERS = `${BEGUN}, set_config('synchronous_commit', 'off', true)`;
const CONFIRM = `select ${ID}, pg_logical_emit_message(true, 'hpo', '')`;

interface Id {
  readonly id: string;
}

/**
 * BEGIN is sent with the first statement; further ones are sent behind it without waiting for its
 * answer.
 */
export function openTransaction(
  link: PostgresLink,
  stamps: StampKeeper,
  url: string,
  { isAgain, sent = () => {} }: Attempt,
): OpenTransaction {
  const { isAmidOthers } = stamps;
  const { epoch } = link;
  /** The id by which the server knows the transaction for good, once it has begun. */
  let begun: Promise<string> | undefined;
  const begin = async (...first: readonly string[]): Promise<readonly unknown[][]> => {
    const sent = link.script(BEGIN, ...first, isAmidOthers ? BEGUN_AMID_OTHERS : BEGUN);
    begun = sent.then((results) => {
      const [{ id }] = results.at(-1) as [Id];
      stamps.begun(id);
      return id;
    });
    // Whoever awaits `begun` gets its error; nobody doing so must not end the process.
    begun.catch(() => undefined);
    return sent;
  };
  const hasBegun = (): Promise<string> => {
    if (!begun) void begin().catch(() => undefined);
    return begun!;
  };
  const all: Transaction["all"] = (query) => {
    void hasBegun();
    return link.all(query);
  };
  const lock = async <Row>(query: Query<Row>): Promise<Row[]> =>
    begun ? link.all(query) : ((await begin(withIntegers(query))).at(-2) as Row[]);
  let isOver = false;

  const sendCommit = async (): Promise<void> => {
    isOver = true;
    if (!isAmidOthers) {
      await link.script("commit");
      return;
    }
    const [, [{ id }]] = (await link.script("commit", CONFIRM)) as [unknown, [Id]];
    stamps.confirmed(id);
  };
  const commit = async (): Promise<void> => {
    if (isOver || !begun) return;
    const id = await begun;
    try {
      await sendCommit();
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
      if ((await committed(link, { id, epoch }, url)) !== "yes") throw error;
    }
  };
  const last = async <Row>(ending: LastStatements<Row>): Promise<Row[]> => {
    const { lock: before, query, again, isFenced = false } = ending;
    if (!isFenced) await hasBegun();
    const locked = before && begun && lock(before);
    const rows = all(query);
    const ended = sendCommit();
    sent();
    try {
      await together([begun, locked, rows, ended]);
      const found = await rows;
      return found.length === 0 && isFenced && isAgain ? await rowsAgain(link, again) : found;
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
      const id = await hasBegun().catch(() => undefined);
      // Without an id nothing can be asked; the next attempt finds what this one wrote.
      if (id === undefined || (await committed(link, { id, epoch }, url)) === "no") throw error;
      const rows = await rowsAgain(link, again);
      if (rows.length === 0) throw error;
      return rows;
    }
  };
  const stampOf = async (snapshot: string): Promise<string> => {
    await hasBegun();
    return stamps.stamp(snapshot);
  };
  return {
    all,
    lock,
    last,
    stamp: async () => stampOf((await all(SNAPSHOT))[0].snapshot),
    stampOf,
    commit,
    get isOver() {
      return isOver;
    },
  };
}

/** A statement with its parameters, which are integers, in its text. */
const withIntegers = ({ sql, parameters }: Query<unknown>): string =>
  sql.replace(/\$(\d+)/g, (_, place) => {
    const value = parameters[Number(place) - 1];
    if (!Number.isSafeInteger(value))
      throw new RangeError(`A lock takes integers, got ${String(value)}.`);
    return String(value);
  });

async function rowsAgain<Row>(link: PostgresLink, query: Query<Row>): Promise<Row[]> {
  for (;;) {
    await link.connected();
    try {
      return await link.all(query);
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
    }
  }
}

/** A transaction, by the server's id and the epoch in which that was given. */
interface Lost extends Id {
  readonly epoch: string;
}

/**
 * Whether a transaction was committed whose commit got no answer. "perhaps": the server crashed, and
 * may have given the id to another one, which was committed.
 */
async function committed(
  link: PostgresLink,
  { id, epoch }: Lost,
  url: string,
): Promise<"yes" | "no" | "perhaps"> {
  for (;;) {
    await link.connected();
    try {
      const [{ status }] = await link.all<{ status: string | null }>({
        sql: "select pg_xact_status($1::xid8) as status",
        parameters: [id],
      });
      if (status === "aborted") return "no";
      if (status === "committed") return link.epoch === epoch ? "yes" : "perhaps";
      if (status === null) {
        throw new StorageError(
          `${url}: the server was lost as it committed transaction ${id}, and knows nothing of it ` +
            "any more. See by `hpo study show` what was kept, then resume.",
        );
      }
    } catch (error) {
      if (isInTheFuture(error)) return "no";
      if (!(error instanceof LostError)) throw error;
    }
    // Still in progress: the server has yet to notice that the old connection is gone.
    await sleep(100);
  }
}

/** Whether the server has yet to give this id: it crashed, and lost the transaction. */
const isInTheFuture = (error: unknown): boolean =>
  ((error as Error).cause as { code?: unknown } | undefined)?.code === "22023";
