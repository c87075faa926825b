/** Tells whether other transactions than one's own have ended on the server. */
export interface StampKeeper {
  /** A transaction of ours has this id from now on. */
  begun(id: string): void;
  /** It was committed or rolled back. */
  ended(): void;
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

/**
 * Every transaction that writes has an id; below xmax all have ended, but for those of xip. What is
 * left of that count without our own are the others.
 */
export function stampKeeper(): StampKeeper {
  let connection = 0;
  let own = 0;
  let current: number | undefined;
  let last: number | undefined;
  let isAmidOthers = false;
  return {
    begun: (id) => {
      current = Number(id);
      isAmidOthers = last !== undefined && current !== last + 1;
      last = current;
    },
    ended: () => {
      if (current !== undefined) own++;
      current = undefined;
    },
    confirmed: (id) => {
      own++;
      last = Number(id);
    },
    forget: () => {
      connection++;
      own = 0;
      current = last = undefined;
      isAmidOthers = false;
    },
    stamp: (snapshot) => {
      const [, end, running] = snapshot.split(":");
      const open = current !== undefined && current < Number(end) ? 1 : 0;
      const others = running.split(",").filter((id) => Number(id) !== current);
      return `${connection} ${Number(end) - own - open} ${others.join()}`;
    },
    get isAmidOthers() {
      return isAmidOthers;
    },
  };
}
