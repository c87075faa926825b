import type { Study } from "../../study/study.ts";

export interface Pace {
  /** Milliseconds until the study has so many trials; undefined before one has ended. */
  timeLeft(total: number | undefined): number | undefined;
  end(): void;
}

/** How fast trials end from now on, here and in other processes as far as this one sees them. */
export function startPace(study: Study): Pace {
  const startedAt = performance.now();
  let finished = 0;
  const end = study.subscribe(({ type }) => {
    if (type === "finished") finished++;
  });
  return {
    timeLeft(total) {
      if (total === undefined || finished === 0) return undefined;
      const { complete, pruned, failed } = study.counts;
      const left = Math.max(0, total - complete - pruned - failed);
      return ((performance.now() - startedAt) / finished) * left;
    },
    end,
  };
}
