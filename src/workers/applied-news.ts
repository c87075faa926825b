import { isVersions } from "../contracts/provenance.ts";
import { assertNever } from "../errors/errors.ts";
import { distributionFromJson } from "../space/distribution-json.ts";
import type { ActiveTrial } from "../study/trial/active-trial.ts";
import type { News, NewsItem } from "./work-source.ts";

/** Applies workers' news to the coordinator's trials; news that was applied before changes nothing. */
export class AppliedNews {
  /** How many news items of each lease were applied. */
  readonly #counts = new Map<string, number>();

  /** @param lease that the trial is held by */
  apply(trial: ActiveTrial, lease: string, { from, items }: News): void {
    const known = this.#counts.get(lease) ?? from;
    for (const item of items.slice(Math.max(0, known - from))) apply(trial, item);
    this.#counts.set(lease, Math.max(known, from + items.length));
  }

  /** The lease is over. */
  forget(lease: string): void {
    this.#counts.delete(lease);
  }
}

function apply(trial: ActiveTrial, item: NewsItem): void {
  switch (item.kind) {
    case "report":
      if (!trial.hasReportAt(item.step)) trial.report(item.value, item.step);
      return;
    case "log":
      return trial.log(item.values, item.step);
    case "userAttr":
      return trial.setUserAttr(item.name, item.value);
    case "param":
      return void trial.suggest(item.name, () => distributionFromJson(item.distribution));
    case "device":
      return trial.setDevice(item.name);
    case "versions":
      return isVersions(item.versions) ? trial.setVersions(item.versions) : undefined;
    case "dropReports":
      return trial.dropReports();
    case "retry":
      return trial.retry(item.why);
    default:
      return assertNever(item);
  }
}
