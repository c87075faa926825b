/** The log of what this process wrote, from which its readers learn of it without a query. */
export interface OwnChanges {
  /** Records changed trials, after the commit. */
  add(study: number, trials: readonly number[]): void;
  /** Records that a study was deleted: readers can't rely on their cursors any more. */
  forget: () => void;
  /** How many studies were deleted. */
  deletions(): number;
  /** Records that a study's attributes changed, after the commit. */
  addAttributes(study: number): void;
  /** How often the study's attributes changed. */
  attributes(study: number): number;
  /** How many changes of trials were recorded. */
  count(study: number): number;
  /** The ids of the trials that changed after the first `count` changes. */
  since(study: number, count: number): ReadonlySet<number>;
}

export function ownChanges(): OwnChanges {
  const changes = new Map<number, number[]>();
  const attributes = new Map<number, number>();
  let deletions = 0;
  return {
    forget: () => {
      deletions++;
    },
    deletions: () => deletions,
    addAttributes: (study) => {
      attributes.set(study, (attributes.get(study) ?? 0) + 1);
    },
    attributes: (study) => attributes.get(study) ?? 0,
    add: (study, trials) => {
      const log = changes.get(study);
      if (log === undefined) changes.set(study, [...trials]);
      else for (const trial of trials) log.push(trial);
    },
    count: (study) => changes.get(study)?.length ?? 0,
    since: (study, count) => new Set(changes.get(study)?.slice(count)),
  };
}
