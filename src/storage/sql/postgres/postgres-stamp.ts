/** Tells whether other transactions than one's own have ended on the server. */
export interface StampKeeper {
  /** A transaction of ours has this id from now on. */
  begun(id: string): void;
  /** It was committed or rolled back. */
  ended(): void;
  /** The server was lost: nothing is known of what happened meanwhile. */
  forget(): void;
  /**
   * Another one if somebody else's transaction ended since.
   * @param snapshot of pg_current_snapshot(), `xmin:xmax:xip,…`
   */
  stamp(snapshot: string): string;
}

/**
 * Every transaction that writes has an id; below xmax all have ended, but for those of xip. What is
 * left of that count without our own are the others.
 */
export function stampKeeper(): StampKeeper {
  let connection = 0;
  let own = 0;
  let current: number | undefined;
  return {
    begun: (id) => {
      current = Number(id);
    },
    ended: () => {
      if (current !== undefined) own++;
      current = undefined;
    },
    forget: () => {
      connection++;
      own = 0;
      current = undefined;
    },
    stamp: (snapshot) => {
      const [, last, running] = snapshot.split(":");
      const open = current !== undefined && current < Number(last) ? 1 : 0;
      const others = running.split(",").filter((id) => Number(id) !== current);
      return `${connection} ${Number(last) - own - open} ${others.join()}`;
    },
  };
}
