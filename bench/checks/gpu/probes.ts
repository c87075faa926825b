import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseMeasurement, type ProbeMeasurement } from "../../../src/theory/probe/measurement.ts";
import { PROGRAMS, type GpuCheck } from "./gpu-check.ts";

// Sums in float32 in another order: a few parts in 10 000 of what is summed, more where numbers cancel.
const TOLERANCE = 0.01;

const numbersOf = ({ optimizers: [own], ...of }: ProbeMeasurement) => ({
  loss: of.loss,
  λ_max: of.sharpness?.value,
  "λ_max by power iteration": of.powerIteration?.value,
  "tr H": of.trace?.value,
  B_simple: of.simpleNoise?.value,
  B_noise: of.weightedNoise?.value,
  edge: own.edge,
  η_c: own.directionalEdge?.value,
  "steepest of the range test": own.rangeTest?.steepest,
  "first divergence": own.rangeTest?.firstDivergence,
});

/** The same probe on the card and on the processor: the same numbers, but for rounding. */
export async function probesAgree(gpu: GpuCheck): Promise<string> {
  const measured: ProbeMeasurement[] = [];
  const seconds: number[] = [];
  for (const device of ["cuda", "cpu"]) {
    const file = join(gpu.folder, `probe-${device}.yaml`);
    const command = `command: ["${gpu.python}", "${join(PROGRAMS, "probed.py")}"]`;
    const space = "space: { lr: { type: float, low: 1.0e-4, high: 1, log: true } }";
    const lines = [`name: probe-${device}`, space, command, `env: { CHECK_DEVICE: ${device} }`, ""];
    writeFileSync(file, lines.join("\n"));
    const ran = await gpu.hpo(`probe ${file} --json`);
    assert.equal(ran.code, 0, ran.err);
    measured.push(parseMeasurement(ran.out));
    seconds.push(ran.seconds);
  }
  const [card, processor] = measured.map(numbersOf);
  const far: string[] = [];
  const facts: string[] = [];
  for (const [name, there] of Object.entries(processor) as [keyof typeof card, number][]) {
    const here = card[name];
    facts.push(`${name} ${here?.toPrecision(5)} and ${there?.toPrecision(5)}`);
    if (here === there) continue;
    if (here === undefined || !(Math.abs(here / there - 1) < TOLERANCE)) far.push(facts.at(-1)!);
  }
  assert.deepEqual(far, [], facts.join("; "));
  const [first, second] = seconds.map((each) => `${each.toFixed(1)} s`);
  return `${facts.join("; ")}; ${first} on the card, ${second} on the processor`;
}
