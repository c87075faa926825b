import type { ReportsUse } from "../../contracts/strategy.ts";
import type { StudyState } from "../study-state.ts";

/** Others pruned a trial, or a running one reported, since reports were left unread: now they matter. */
export class UnreadReports extends Error {
  override name = "UnreadReports";
}

/** Whether the strategy uses reports that a process which only asks has not read. */
export function needsUnread({ firstDetail, history }: StudyState, uses: ReportsUse): boolean {
  if (firstDetail !== "search" || uses !== "besideStopped") return false;
  return (
    history.finished.some(({ state, reports }) => state === "pruned" && reports.length > 0) ||
    history.running.some(({ reports }) => reports.length > 0)
  );
}
