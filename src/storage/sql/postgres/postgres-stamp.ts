/** Tells whether other transactions than one's own have ended on the server. */
export interface StampKeeper {
  /** A transaction of ours has this id from now on. */
  begun(id: string): void;
  /** A transaction of ours, of no content, began and ended. */
  confirmed(id: string): void;
  /** The server was lost: nothing is known of what happened meanwhile. */
  forget(): void;
  /**
   * Another one if somebody else's transaction ended since.
   * @param snapshot of pg_current_snapshot(), `xmin:xmax:xip,…`
   */
  stamp(snapshot: string): string;
  /** Whether others wrote between our last two transactions. */
  readonly isAmidOthers: boolean;
}

/** Of so many transactions of ours some may be too new for a snapshot. */
const RECENT = 8;

/**
 * Every transaction that writes has an id; below xmax all have ended, but for those of xip. What is
 * left of that count without our own are the others.
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
