/** The values that trials have of one parameter with one distribution, as lists in JSON. */
export interface ParamList {
  readonly param_name: string;
  readonly distribution_json: string | null;
  readonly trial_ids: string;
  readonly param_values: string;
}

/** Calls `each` for every value of the list. */
export function readList(
  { trial_ids: ids, param_values: values }: ParamList,
  each: (trialId: number, value: number) => void,
): void {
  // JSON has no Infinity, but a number as large.
  const numbers = JSON.parse(
    values.includes("Inf") ? values.replaceAll("Inf", "1e999") : values,
  ) as number[];
  const trials = JSON.parse(ids) as number[];
  for (let i = 0; i < trials.length; i++) each(trials[i], numbers[i]);
}
