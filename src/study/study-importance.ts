import { requireDirections } from "../contracts/directions.ts";
import type { Direction, Trial } from "../contracts/trial.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import { importance, type ImportanceOptions, type ImportanceResult } from "../importance/index.ts";
import { spaceSeen } from "./space-seen.ts";
import type { StudyVersion } from "./study-version.ts";

/** How importance is judged of a study, whose directions and space are known. */
export interface StudyImportanceOptions extends Omit<ImportanceOptions, "directions" | "metric"> {
  /** A metric by its name, or by its place, an integer ≥ 0; needed where there are several. */
  readonly metric?: string | number;
}

/** The parts of a study that importance is computed from. */
interface Judged {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames?: readonly string[];
  readonly version: StudyVersion;
  trials(): readonly Trial[];
}

/** @throws HpoError with several metrics unless one is named, or on an option out of range */
export function importanceOf(
  study: Judged,
  { metric, ...options }: StudyImportanceOptions,
): ImportanceResult {
  const trials = study.trials();
  return importance(trials, study.version.space ?? spaceSeen(trials), {
    ...options,
    directions: study.directions,
    metric: metricIndex(study, metric),
  });
}

function metricIndex(
  { name, directions, metricNames = [] }: Judged,
  metric: string | number | undefined,
): number {
  requireDirections({ name, directions });
  if (metric === undefined && directions.length === 1) return 0;
  const named = metricNames.indexOf(metric as string);
  if (named >= 0) return named;
  const place = Number(metric);
  if (metric !== "" && Number.isInteger(place) && place >= 0 && place < directions.length) {
    return place;
  }
  const known = metricNames.length > 0 ? metricNames : directions.map((_, index) => String(index));
  throw new HpoError(
    metric === undefined
      ? `Study ${JSON.stringify(name)} has ${directions.length} metrics. Name the one that is meant: ${known.join(", ")}.`
      : `Study ${JSON.stringify(name)} has no metric "${metric}". ${didYouMean(String(metric), known)}`,
  );
}
