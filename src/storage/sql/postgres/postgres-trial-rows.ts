import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import type { TrialRecord } from "../../../contracts/storage.ts";
import type { TrialLease } from "../../../contracts/trial-lease.ts";
import { drawn, newRecord } from "../../change-record.ts";
import { checkReports, checkValues } from "../../check.ts";
import { sqlDate, stateName } from "../encoding.ts";
import { partRows } from "../part-rows.ts";
import type { TrialRows } from "../trial-rows.ts";
import { addedAgain, insertTrials, endTrial, endedAgain } from "./postgres-trial-statements.ts";

/**
 * Adds and ends trials by one statement each: the study is locked while the server runs it, and not
 * also while this process waits for a processor between statements.
 */
export function postgresTrialRows(general: TrialRows): TrialRows {
  const shape = partRows();
  return {
    ...general,
    create: async (tx, study, trials, isLast = false) => {
      const checked = trials.map((trial) => newRecord(trial, 0, 0));
      if (checked.length === 0 || !checked.every(isUnfinished)) {
        return general.create(tx, study, trials, isLast);
      }
      const query = insertTrials(
        study,
        checked.map((trial) => {
          const { state, startedAt, distributions, userAttrs, systemAttrs } = trial;
          const params = state === "waiting" ? drawn(trial) : trial.params;
          return {
            state: stateName(state),
            start: startedAt ? sqlDate(startedAt) : null,
            params: shape.params({ params, distributions }),
            user: shape.attributes(userAttrs).kept,
            system: shape.attributes(systemAttrs).kept,
          };
        }),
      );
      const leases = checked.flatMap(leaseOf);
      const rows =
        isLast && leases.length === checked.length
          ? await tx.last({ query, again: addedAgain(study, leases) })
          : await tx.all(query);
      return rows.map(({ trial_id: id, number }, index) => ({ ...checked[index], id, number }));
    },
    end: async (tx, trial, end, held) => {
      checkReports(end.reports);
      checkValues(end.values);
      const user = shape.attributes(end.attributes?.user);
      const system = shape.attributes(end.attributes?.system);
      if (end.clearReports || user.gone.length + system.gone.length > 0) {
        return general.end(tx, trial, end, held);
      }
      const how = {
        ...{ trial, held, state: stateName(end.state), complete: sqlDate(end.completedAt) },
        start: end.startedAt ? sqlDate(end.startedAt) : null,
      };
      const [ended] = await tx.last({
        ...endTrial({
          ...how,
          values: shape.values(end.values),
          params: shape.params(end),
          reports: shape.reports(end.reports),
          user: user.kept,
          system: system.kept,
        }),
        again: endedAgain(how),
      });
      return ended && { study: ended.study_id, index: ended.finish_index };
    },
  };
}

const isUnfinished = ({ state, values, reports }: TrialRecord): boolean =>
  (state === "running" || state === "waiting") && values === undefined && reports.length === 0;

const leaseOf = ({ systemAttrs }: TrialRecord): string[] => {
  const lease = systemAttrs[ATTRIBUTE.lease] as TrialLease | null | undefined;
  return lease ? [lease.id] : [];
};
