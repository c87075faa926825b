import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { DeviceReport } from "../../../src/cli/show/device-report.ts";
import { formatBytes } from "../../../src/system/byte-size.ts";
import { eventually, PROGRAMS, type GpuCheck, type Variables } from "./gpu-check.ts";

/** What `hpo devices` tells. */
async function reportOf(gpu: GpuCheck, words = "", env: Variables = {}): Promise<DeviceReport> {
  const { code, out, err } = await gpu.hpo(`devices --json${words}`, env);
  assert.equal(code, 0, err);
  return JSON.parse(out) as DeviceReport;
}

/** The processes that compute on the cards. */
export function computingPids(): readonly number[] {
  const args = ["--query-compute-apps=pid", "--format=csv,noheader"];
  const { stdout } = spawnSync("nvidia-smi", args, { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).map(Number);
}

export async function cardsAreListed(gpu: GpuCheck): Promise<string> {
  const { devices, run, notes } = await reportOf(gpu);
  const fields = ["--query-gpu=uuid,name", "--format=csv,noheader"];
  const { stdout } = spawnSync("nvidia-smi", fields, { encoding: "utf8" });
  for (const { id, model, memoryBytes } of devices.filter(({ id }) => id.startsWith("GPU-"))) {
    assert.ok(stdout.includes(`${id}, ${model}`), `${id}, ${model} in ${stdout}`);
    assert.ok(memoryBytes !== null && memoryBytes > 2 ** 30, `${memoryBytes} bytes`);
  }
  assert.deepEqual(notes, []);
  const { out } = await gpu.hpo("devices");
  assert.ok(out.includes(run.description), out);
  return run.description;
}

/** `CUDA_VISIBLE_DEVICES` as we read it, and as CUDA does. */
export async function visibilityIsRead(gpu: GpuCheck): Promise<string> {
  const id = (await reportOf(gpu)).devices[0].id;
  const values = ["0", id, id.slice(0, 12), id.toUpperCase(), "", "-1", "none", "0,-1", "9,0"];
  values.push(" 0", "0,9", "0,0", `${id},${id}`, id.slice(4), "NoDevFiles", "x");
  const differences: string[] = [];
  for (const CUDA_VISIBLE_DEVICES of values) {
    const env = { CUDA_VISIBLE_DEVICES };
    const [{ devices }, asked] = await Promise.all([
      reportOf(gpu, "", env),
      gpu.start(gpu.python, [join(PROGRAMS, "visible.py")], env).ended,
    ]);
    const ours = devices.filter(({ hiddenBy }) => hiddenBy === null).map((device) => device.id);
    const { uuids = [] } = JSON.parse(asked.out) as { uuids?: string[] };
    const [here, there] = [ours, uuids].map((each) => JSON.stringify(each));
    if (here !== there) differences.push(`"${CUDA_VISIBLE_DEVICES}": ${here}, and CUDA ${there}`);
  }
  assert.deepEqual(differences, []);
  return `${values.length} values, all as CUDA reads them`;
}

export async function useIsSeen(gpu: GpuCheck): Promise<string> {
  const [idle] = (await reportOf(gpu)).devices;
  const code =
    "import torch\nx = torch.randn(1 << 15, 1 << 15, device='cuda')\nwhile True: y = x @ x";
  const other = gpu.start(gpu.python, ["-c", code]);
  try {
    const busy = await eventually("the card is busy", async () => {
      const [now] = (await reportOf(gpu)).devices;
      return (now.utilization ?? 0) > 50 ? now : undefined;
    });
    await gpu.hpo("devices");
    const taken = idle.freeBytes! - busy.freeBytes!;
    assert.ok(taken > 2 ** 32, `${taken} bytes taken`);
    return `${busy.utilization} % busy, ${formatBytes(taken)} taken`;
  } finally {
    other.child.kill("SIGKILL");
    await other.ended;
  }
}

export async function memoryLimitsSharing(gpu: GpuCheck): Promise<string> {
  const [{ memoryBytes }] = (await reportOf(gpu)).devices;
  const third = Math.floor(memoryBytes! / 2.5);
  const { run } = await reportOf(gpu, ` --trials-per-device 4 --memory-per-trial ${third}B`);
  assert.equal(run.leases?.filter((name) => name === run.leases?.[0]).length, 2);
  const tooMuch = await gpu.hpo("devices --memory-per-trial 4TiB");
  assert.equal(tooMuch.code, 1);
  assert.match(tooMuch.err, /memoryPerTrial=4 TiB is more than cuda:0 .* has: .* GiB\. Choose/);
  return `${run.description}; ${tooMuch.err.trim()}`;
}
