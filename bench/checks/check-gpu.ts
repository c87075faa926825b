import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cardsAreListed, memoryLimitsSharing, useIsSeen, visibilityIsRead } from "./gpu/cards.ts";
import { gpuCheck, firstThatRuns, type GpuCheck } from "./gpu/gpu-check.ts";
import { probesAgree } from "./gpu/probes.ts";
import {
  endsAreTold,
  exampleStudiesRun,
  killedStudiesGoOn,
  modulesSeeTheirCard,
  studiesTakeTurns,
  trialsSeeTheirCard,
} from "./gpu/trials.ts";

// What runs on a real NVIDIA card, as a user would run it, with PyTorch: a few minutes and some GiB
// of the card. An argument names the file for a transcript of all commands. Exit code 1: something
// is wrong; 2: something that it needs is missing.

const CHECKS: Readonly<Record<string, (gpu: GpuCheck) => Promise<string>>> = {
  "hpo devices lists the cards": cardsAreListed,
  "CUDA_VISIBLE_DEVICES is read as CUDA reads it": visibilityIsRead,
  "memoryPerTrial limits how many share a card": memoryLimitsSharing,
  "what others use is seen": useIsSeen,
  "a trial sees its own card": trialsSeeTheirCard,
  "a module's trial, too": modulesSeeTheirCard,
  "two studies take turns": studiesTakeTurns,
  "how a trial ends is told": endsAreTold,
  "a killed study leaves nothing on the card": killedStudiesGoOn,
  "a probe on the card is the processor's": probesAgree,
  "the example studies run": exampleStudiesRun,
};

const NO_CARD =
  "nvidia-smi -L fails, so there is no NVIDIA card, or no driver. Run it where one is.";
const named = process.env["HPO_PYTHON"] ?? "python3";
const NO_PYTHON =
  `${named} has no PyTorch that can use the card: it fails at torch.zeros(1, device='cuda'). ` +
  "Install PyTorch for CUDA, or name another Python by HPO_PYTHON.";

const hasCard = firstThatRuns(["nvidia-smi"], ["-L"]) !== undefined;
const python = firstThatRuns([named], ["-c", "import torch; torch.zeros(1, device='cuda')"]);
if (!hasCard || python === undefined) {
  console.error(`NOT CHECKED: ${hasCard ? NO_PYTHON : NO_CARD}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "hpo-gpu-"));
const transcript = process.argv[2] ?? join(tmpdir(), `hpo-gpu-${process.pid}.txt`);
const here = gpuCheck(folder, transcript, python);
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const began = performance.now();
  let words: string;
  try {
    words = `ok      ${name}: ${await check(here)}`;
  } catch (error) {
    failed++;
    words = `FAILED  ${name}: ${(error as Error).message}`;
  }
  console.log(`${words} [${((performance.now() - began) / 1000).toFixed(0)} s]`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${failed === 0 ? "All well" : `${failed} FAILED`}. All that was said: ${transcript}`);
process.exitCode = failed === 0 ? 0 : 1;
