import { isVersions } from "../contracts/provenance.ts";
import { assertNever } from "../errors/errors.ts";
import { distributionFromJson } from "../space/distribution-json.ts";
import type { ActiveTrial } from "../study/trial/active-trial.ts";
import type { NewsItem } from "./work-source.ts";

/**
 * Applies a worker's news to the coordinator's trial; news that was applied before changes nothing.
 */
export function applyNews(trial: ActiveTrial, news: readonly NewsItem[]): void {
  for (const item of news) apply(trial, item);
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
    case "retry":
      return trial.retry(item.why);
    default:
      return assertNever(item);
  }
}
