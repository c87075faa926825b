import { minimised } from "../../contracts/observation.ts";
import type { Confirmation, ConfirmedSetting } from "../../study/confirm/confirmation.ts";
import type { StudyView } from "../../study/study-view.ts";
import * as format from "../format.ts";
import { counted } from "../../errors/counted.ts";

/** The settings, the one to take first. */
export function confirmationTable({ settings }: Confirmation, unicode: boolean) {
  const rows = settings.map((setting) => [
    String(setting.trial),
    format.number(setting.was),
    nowOf(setting, unicode),
    seedsOf(setting),
    format.inline(setting.params),
  ]);
  return { head: ["trial", "was", "is", "seeds", "parameters"], rows };
}

/** Which to take, what it can't be told from, and how lucky the best was. */
export function confirmationVerdict(
  confirmation: Confirmation,
  study: ConfirmedCounts,
  unicode: boolean,
): string[] {
  const { settings, ignoresSeeds, runs } = confirmation;
  const [best, ...others] = settings;
  if (best.values.length === 0) return ["No run completed: nothing is confirmed."];
  const tied = others.filter(({ isTied }) => isTied).map(({ trial }) => trial);
  return [
    `Take trial ${best.trial}: ${nowOf(best, unicode)} over ${seedsOf(best)} (it was ${format.number(best.was)}).`,
    ...(ignoresSeeds ? [IGNORED] : []),
    ...(tied.length > 0 && !ignoresSeeds
      ? [`As good, as far as these runs can tell: ${tied.join(", ")}. More --seeds tell more.`]
      : []),
    ...luckLines(confirmation, study, unicode),
    format.pasteable(best.params),
    "",
    `The runs are kept as "${runs}".`,
  ];
}

type ConfirmedCounts = Pick<StudyView, "counts" | "directions">;

const IGNORED =
  "All runs of a setting gave the same value: the objective does not use its seed (trial.seed, " +
  "HPO_TRIAL_SEED, {trial_seed}), so they tell nothing of chance.";

/** The best of many was better than its mean, as a rule: that is selection, and no loss. */
function luckLines(
  { settings, formerBest, ignoresSeeds }: Confirmation,
  { counts, directions }: ConfirmedCounts,
  unicode: boolean,
): string[] {
  const setting = settings.find(({ trial }) => trial === formerBest)!;
  const { was, mean } = setting;
  const wasLucky = minimised(was, directions[0]) < minimised(mean, directions[0]);
  if (ignoresSeeds || !wasLucky) return [];
  return [
    `Trial ${formerBest}, the best of ${counts.complete}, was ${format.number(was)} and is ` +
      `${nowOf(setting, unicode)}: the best of many is partly luck.`,
  ];
}

/** `0.0131 ± 0.0008` */
function nowOf({ mean, halfWidth, values }: ConfirmedSetting, unicode: boolean): string {
  if (values.length === 0) return "";
  if (halfWidth === undefined) return format.number(mean);
  const width = String(Number(halfWidth.toPrecision(2)));
  // No more digits than the interval leaves.
  const decimals = /^\d+\.(\d+)$/.exec(width)?.[1].length;
  const is = decimals === undefined ? format.number(mean) : mean.toFixed(decimals);
  return `${is} ${unicode ? "±" : "+/-"} ${width}`;
}

/** `3 seeds`, `2 seeds, 1 failed` */
function seedsOf({ values, failed }: ConfirmedSetting): string {
  const seeds = counted(values.length, "seed");
  return failed > 0 ? `${seeds}, ${failed} failed` : seeds;
}
