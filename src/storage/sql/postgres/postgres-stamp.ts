/** Tells whether other transactions than one's own have ended on the server. */
export interface StampKeeper {
  /** Records the id of a transaction of ours that has begun. */
  begun(id: string): void;
  /** Records the id of an empty transaction of ours, which confirmed a commit. */
  confirmed(id: string): void;
  /** Starts anew after the server was lost, as others may have written meanwhile. */
  forget(): void;
  /**
   * A value that changes once a transaction of another connection has ended.
   * @param snapshot of pg_current_snapshot(), `xmin:xmax:xip,…`
   */
  stamp(snapshot: string): string;
  /** Whether others wrote between our last two transactions. */
  readonly isAmidOthers: boolean;
}

/** How many of our last ids are kept: the newest may not be in a snapshot yet. */
const RECENT = 8;

/**
 * Transactions that write have consecutive ids; all below a snapshot's xmax have ended, but for
 * those in xip. That count without our own transactions changes only by those of others.
 */
export function stampKeeper(): StampKeeper {
  let connection = 0;
  let own = 0;
  /** The ids of our last transactions. */
  let recent: readonly number[] = [];
  let isAmidOthers = false;
  const add = (id: number): void => {
    own++;
    recent = [...recent, id].slice(-RECENT);
  };
  return {
    begun: (id) => {
      const last = recent.at(-1);
      isAmidOthers = last !== undefined && Number(id) !== last + 1;
      add(Number(id));
    },
    confirmed: (id) => add(Number(id)),
    forget: () => {
      connection++;
      own = 0;
      recent = [];
      isAmidOthers = false;
    },
    stamp: (snapshot) => {
      const [, end, running] = snapshot.split(":");
      const newer = recent.filter((id) => id >= Number(end)).length;
      const others = running.split(",").filter((id) => !recent.includes(Number(id)));
      return `${connection} ${Number(end) - own + newer} ${others.join()}`;
    },
    get isAmidOthers() {
      return isAmidOthers;
    },
  };
}
