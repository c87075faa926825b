import { Document } from "yaml";
import { studyFileText } from "../../inline/inline-study.ts";
import { studyOfText } from "../../study-yaml.ts";
import { studyFromForeign } from "../from-foreign.ts";

export const read = (content: object) =>
  studyFromForeign(new Document(content).toString(), "dir/lr.yaml");

/** What comes of it declares a study: its space, its strategy and pruner, its command for a trial. */
export async function loaded(
  content: object,
  params: Readonly<Record<string, string | number | boolean>>,
) {
  const { study, told } = read(content);
  const { definition, command } = await studyOfText({ text: studyFileText(study), folder: "." });
  const trial = { number: 0, params, seed: 0, directoryPath: "/trial" };
  return { study, told: told.join("\n"), definition, argv: command!.plan(trial).argv };
}

export const yamlFloat = (low: number, high: number, more = {}) => ({
  type: "float",
  low,
  high,
  ...more,
});
export const yamlInt = (low: number, high: number, more = {}) => ({
  type: "int",
  low,
  high,
  ...more,
});
export const yamlChoice = (...choices: unknown[]) => ({ type: "categorical", choices });
