import type { Report } from "../contracts/trial.ts";

/**
 * A fold over a trial's reports that goes on where it stopped: pruners are asked after each report,
 * and the array of a running trial only grows at its end.
 */
export function growingFold<State>(
  begin: () => State,
  add: (state: State, report: Report, index: number) => State,
): (reports: readonly Report[]) => State {
  const known = new WeakMap<readonly Report[], { state: State; count: number }>();
  return (reports) => {
    let fold = known.get(reports);
    if (!fold || fold.count > reports.length) fold = { state: begin(), count: 0 };
    for (; fold.count < reports.length; fold.count++) {
      fold.state = add(fold.state, reports[fold.count], fold.count);
    }
    known.set(reports, fold);
    return fold.state;
  };
}
