import pg from "pg";

export interface TrialCounts {
  readonly running: number;
  readonly finished: number;
}

/** How far a study is, read beside whatever happens to the server. */
export function progressOf(url: string, study: string) {
  let client: pg.Client | undefined;
  const connected = async (): Promise<pg.Client> => {
    if (client) return client;
    const next = new pg.Client({ connectionString: url });
    next.on("error", () => undefined);
    await next.connect();
    client = next;
    return next;
  };
  return {
    /** None of either while the server can't tell. */
    async read(): Promise<TrialCounts> {
      try {
        const { rows } = await (
          await connected()
        ).query<TrialCounts>(
          `select count(*) filter (where state = 'RUNNING')::int as running,
             count(*) filter (where state not in ('RUNNING', 'WAITING'))::int as finished
           from trials join studies using (study_id) where study_name = $1`,
          [study],
        );
        return rows[0];
      } catch {
        await client?.end().catch(() => undefined);
        client = undefined;
        return { running: 0, finished: 0 };
      }
    },
    end: async (): Promise<void> => client?.end(),
  };
}
