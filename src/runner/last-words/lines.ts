import { withoutEscapes } from "../output/escapes.ts";

/** The lines of a program's stderr; each redraw of a progress bar is one. */
export const linesOf = (errors: string): string[] =>
  errors
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .map(withoutEscapes);

/** A line of a logger, known by its time or its level. */
const RECORD =
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^\W{0,2}(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|EXCEPTION|FATAL)\b[\W]|\b(?:ERROR|CRITICAL|EXCEPTION|FATAL)\b\s*[:|\]-]/;

export const isRecord = (line: string): boolean => RECORD.test(line);

/** Lines that programs and their runtimes print without saying what went wrong. */
const NOISE: readonly RegExp[] = [
  /^[^\p{L}\d]*$/u,
  // Progress bars of tqdm and Keras, which may be left behind on the last line.
  /\d{1,3}%\|/,
  /\d+\/\d+ *\[[^\]]*(?:it\/s|s\/it|<|=|\.)/,
  /\d+\/\d+ .*[━─]{3}/,
  /Warning\b|\bWARN(?:ING)?\b|^wandb: |resource_tracker/,
  /\b(?:INFO|DEBUG)\b\s*[:|\]-]|^[IWEF]\d{4} \d\d:\d\d|^\[rank\d+\]:\[[IWE]/,
  // PyTorch's advice below each CUDA error.
  /^(?:CUDA|HIP) kernel errors might be|^For debugging consider|^Compile with `TORCH|^Device-side assertion|^Search for `cuda/,
  /Traceback \(most recent call last\)|^Exception ignored|^During handling of|^The above exception was/,
  // Hydra's frame around an error.
  /^Error executing job with overrides: |^Set the environment variable HYDRA_FULL_ERROR=1/,
  // Runtimes, after the error: Node, R, Rust, Python's faulthandler; make, srun and shells.
  /^Node\.js v\d|^Execution halted|^Calls: |^note: run with `RUST|^Extension modules: |^(?:Current thread|Thread) 0x|^Fatal Python error: Aborted/,
  /^make(?:\[\d+\])?: \*\*\*|^srun: |^exit status \d+$|\(core dumped\)$/,
];

const isNoise = (line: string): boolean => NOISE.some((pattern) => pattern.test(line));

/** A rule of the box in which a launcher such as mpirun reports after its program's output. */
const BOX = /^[-=*]{20,}$/;

/** The lines without those in boxes, if others are left. */
function withoutBoxes(lines: readonly string[]): readonly string[] {
  let isInside = false;
  const left = lines.filter((line) => {
    const isRule = BOX.test(line);
    if (isRule) isInside = !isInside;
    return !isRule && !isInside;
  });
  return left.some((line) => !isNoise(line)) ? left : lines;
}

/** The last line that is not noise; preferably one that is not indented. */
export function lastTelling(lines: readonly string[]): string | undefined {
  const telling = withoutBoxes(lines).filter((line) => !isNoise(line));
  const line = telling.findLast((one) => /^\S/.test(one)) ?? telling.at(-1);
  return line?.replace(TAG, "").trim();
}

/** The prefix of a worker's line by mpirun, PyTorch's elastic agent or Ray. */
const TAG =
  /^(?:\[\d+,\d+\]<std(?:err|out)>: ?|\[(?:rank|default|trainer)\d+\]: ?|\(\w+ pid=\d+\) )/;
