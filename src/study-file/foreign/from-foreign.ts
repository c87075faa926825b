import { HpoError } from "../../errors/errors.ts";
import { foreignFile, isMapping, type ReadForeign } from "./foreign-file.ts";
import { studyOfKatib } from "./katib.ts";
import { studyOfSweep } from "./wandb-sweep.ts";

/**
 * A study file of a sweep of Weights & Biases or an experiment of Katib, in YAML or JSON.
 * @throws HpoError if it is neither, or searches nothing
 */
export function studyFromForeign(text: string, path: string): ReadForeign {
  const file = foreignFile(text, path);
  const { content } = file;
  const read =
    content["kind"] === "Experiment" && isMapping(content["spec"])
      ? studyOfKatib(file)
      : isMapping(content["parameters"])
        ? studyOfSweep(file, path)
        : undefined;
  if (!read) {
    throw new HpoError(
      `${path} is no W&B sweep, which has method and parameters, and no Katib experiment, which has ` +
        "kind: Experiment and spec. Give one of these.",
    );
  }
  if (Object.keys(read.study.space ?? {}).length === 0) {
    throw new HpoError(`${path} searches nothing:\n  ${read.told.join("\n  ")}`);
  }
  return read;
}
