import type { Socket } from "node:net";
import type pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "../../../system/backoff.ts";
import type { Query } from "../prepared.ts";
import { explainedOpening, explainedStatement, isGone, LostError } from "./postgres-errors.ts";

/** A connection that is opened again after the server was lost. */
export interface PostgresLink {
  /** Reconnects, however long it takes. @throws StorageError on what waiting does not mend */
  connected(): Promise<void>;
  /** @throws LostError if the server was lost meanwhile; other StorageErrors */
  all<Row>(query: Query<Row>): Promise<Row[]>;
  /** Several statements without parameters, in one message. @returns the rows of each */
  script(...statements: readonly string[]): Promise<readonly unknown[][]>;
  /** Changes when the server crashes, which may give the ids of transactions that it lost to others. */
  readonly epoch: string;
  /** Calls `listener` each time that the server was lost. */
  onLoss(listener: () => void): void;
  close(): Promise<void>;
}

/** Statistics begin anew by a crash, of one of the server's processes, too. */
const EPOCH = "select coalesce(pg_stat_get_bgwriter_stat_reset_time()::text, '') as epoch";

/**
 * @param waiting a server that can't be reached is waited for until this is aborted
 * @throws StorageError if no server can be reached now, and none is waited for
 */
export async function postgresLink(
  connect: () => Promise<pg.Client>,
  url: string,
  waiting?: AbortSignal,
): Promise<PostgresLink> {
  let epoch = "";
  /** Connects, and tries again as long as `mayWait` allows it. */
  const open = async (
    mayWait: (error: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<Prepared> => {
    for (let waits = 0; ; waits++) {
      try {
        const opened = preparing(await connect());
        [[{ epoch }]] = (await opened.script([EPOCH])) as [[{ epoch: string }]];
        return opened;
      } catch (error) {
        if (!mayWait(error)) throw explainedOpening(error, url);
        if (waits === 3) {
          process.emitWarning(
            `${url} can't be reached (${(error as Error).message}); trying until it can.`,
            "HpoWarning",
          );
        }
        await sleep(backoffMs(waits), undefined, { signal });
      }
    }
  };
  // A server that is just starting is waited for even without `waiting`.
  const isStarting = (error: unknown): boolean => (error as { code?: string }).code === "57P03";
  let lossListener = (): void => {};
  let client: Prepared | undefined = await open(waiting ? isGone : isStarting, waiting);
  const lose = (lost: Prepared): void => {
    if (client !== lost) return;
    client = undefined;
    lossListener();
    void lost.end();
  };
  const running = async <T>(run: (client: Prepared) => Promise<T>): Promise<T> => {
    const current = client;
    if (!current) throw new LostError(`${url}: the server was lost.`);
    try {
      return await run(current);
    } catch (error) {
      const explained = explainedStatement(error, url);
      if (explained instanceof LostError) lose(current);
      throw explained;
    }
  };
  return {
    connected: async () => {
      if (client?.isLost) lose(client);
      client ??= await open(isGone);
    },
    all: (query) => running((current) => current.all(query)),
    script: (...statements) => running((current) => current.script(statements)),
    get epoch() {
      return epoch;
    },
    onLoss: (listener) => {
      lossListener = listener;
    },
    close: async () => {
      const last = client;
      client = undefined;
      await last?.end();
    },
  };
}

interface Prepared {
  readonly isLost: boolean;
  all<Row>(query: Query<Row>): Promise<Row[]>;
  script(statements: readonly string[]): Promise<readonly unknown[][]>;
  end(): Promise<void>;
}

/** Names each statement, so that the server parses it once for the connection. */
function preparing(client: pg.Client): Prepared {
  const names = new Map<string, string>();
  let isLost = false;
  const lost = (): void => {
    isLost = true;
  };
  client.on("error", lost);
  client.on("end", lost);
  const gather = gathering(client);
  const nameOf = (sql: string): string => {
    const known = names.get(sql) ?? `hpo${names.size}`;
    names.set(sql, known);
    return known;
  };
  return {
    get isLost() {
      return isLost;
    },
    all: async <Row>({ sql, parameters }: Query<Row>) => {
      gather();
      const named = parameters.length > 0 && { name: nameOf(sql), values: [...parameters] };
      return (await client.query({ text: sql, ...named })).rows as Row[];
    },
    script: async (statements) => {
      gather();
      const results = (await client.query(statements.join("; "))) as
        pg.QueryResult | pg.QueryResult[];
      return [results].flat().map(({ rows }) => rows as unknown[]);
    },
    end: () => client.end().catch(() => undefined),
  };
}

/**
 * Sends the queries of one turn of the event loop as one packet, so that the server, and this
 * process for the answers, wake up once.
 */
function gathering(client: pg.Client): () => void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } })
    .connection;
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
}
