import type { Rng } from "../../numerics/rng.ts";
import { inlineStudy, studyFileText } from "../../study-file/inline/inline-study.ts";
import { studyOfText } from "../../study-file/study-yaml.ts";
import { chance, namesDrawn, pick, manyDrawn, slippedText } from "./draw.ts";
import { requireSame, type Fuzzer } from "./fuzzer.ts";
import { toldOf } from "./yaml.ts";

/** The one line of `hpo tune`, and the study file that it stands for. */
export const tuneLines: Fuzzer = {
  name: "tune",
  draw(rng, folder) {
    const right = ["python train.py", ...piecesDrawn(rng)].join(" ");
    const text = chance(rng, 0.6) ? slippedText(rng, right) : right;
    // A caret stands under the place that is wrong, of a long line under a part of it.
    const names = ["^", JSON.stringify(text), "space", "command", "name"];
    return { text, names, take: () => takeLine(text, folder) };
  },
};

async function takeLine(command: string, folder: string): Promise<void> {
  const study = inlineStudy({ command, metrics: { loss: "minimize" } });
  const written = studyFileText(study);
  const read = await studyOfText({ text: written, folder });
  const direct = await studyOfText({ text: JSON.stringify(study), folder });
  requireSame("the study", toldOf(direct), toldOf(read));
}

const RANGES = [
  ...["1e-5..1:log", "0..1", "16..512:int:log", "0..500:int:step=100", "sgd|adam", "1|2|3"],
  ...['"a b"|"c:d"', "true|false", "-1..1", "none|'x|y'", "1..8:int"],
];

const piecesDrawn = (rng: Rng): string[] =>
  namesDrawn(rng, 1, 4)
    .filter((name) => /^[A-Za-z_][\w.-]*$/.test(name))
    .map((name) => pieceDrawn(rng, name))
    .concat(
      manyDrawn(rng, 0, 1, () =>
        pick(rng, ["{trial_seed}", "{{lr}}", '{"a": 1}', "--out {trial_dir}"]),
      ),
    );

function pieceDrawn(rng: Rng, name: string): string {
  const range = `{${name}:${pick(rng, RANGES)}}`;
  return pick(rng, [
    `--${name} ${range}`,
    `--${name}=${range} --again {${name}}`,
    `{${name}?--${name}}`,
    `{${name}?--on|--off}`,
    `{flag?--level ${range}}`,
  ]);
}
