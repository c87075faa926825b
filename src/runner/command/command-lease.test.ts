import { readFileSync } from "node:fs";
import test from "ava";
import { commandRunner } from "./command-runner.ts";
import { cpuList } from "../../system/affinity.ts";
import { recorder } from "../fixtures/host-trial.ts";
import type { Lease } from "../../contracts/lease.ts";

// The cores that this process may use, as the kernel says.
const status = readFileSync("/proc/self/status", "utf8");
const ownCpus = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1];
const firstCpu = Number(/^\d+/.exec(ownCpus)![0]);

/** A program that tells its environment and its affinity as an attribute. */
const tells = [
  process.execPath,
  "-e",
  `const status = require("fs").readFileSync("/proc/self/status", "utf8");
   const cpus = /^Cpus_allowed_list:\\s*(\\S+)$/m.exec(status)[1];
   const { CUDA_VISIBLE_DEVICES: cuda, EXTRA: extra, HPO_TRIAL_DEVICE: device } = process.env;
   console.log(JSON.stringify({ attrs: { saw: { cpus, cuda, extra, device } }, value: 1 }));`,
];

test("a trial's process gets the environment and the cores of its lease, and nothing else's", async (t) => {
  const leases: Lease[] = [
    { name: "cuda:1", env: { CUDA_VISIBLE_DEVICES: "GPU-b" } },
    { name: `cpu:${firstCpu}`, env: { EXTRA: "lease" }, cpus: [firstCpu] },
  ];
  const env = { CUDA_VISIBLE_DEVICES: "0,1", EXTRA: "file" };
  const runner = commandRunner({ command: tells, env, leases });
  t.is(runner.slots, 2);
  const trials = [recorder({ number: 0 }), recorder({ number: 1 })];
  await Promise.all(trials.map(({ trial }) => runner.run(trial)));
  await runner.close();
  const expected: Record<string, unknown> = {
    "cuda:1": { cpus: ownCpus, cuda: "GPU-b", extra: "file", device: "cuda:1" },
    [`cpu:${firstCpu}`]: {
      cpus: String(firstCpu),
      cuda: "0,1",
      extra: "lease",
      device: `cpu:${firstCpu}`,
    },
  };
  const seen = trials.map(({ heard }) => {
    const device = JSON.parse(heard[0].slice("device ".length)) as string;
    t.is(heard[1], `userAttr "saw" ${JSON.stringify(expected[device])}`);
    return device;
  });
  t.deepEqual(seen.sort(), Object.keys(expected).sort());
});

test("cores that can't be had are said with the trial's output, and the trial runs", async (t) => {
  const runner = commandRunner({
    command: tells,
    leases: [{ name: "cpu:9999", env: {}, cpus: [9999] }],
  });
  const { trial, output } = recorder();
  t.is((await runner.run(trial)).kind, "returned");
  await runner.close();
  t.regex(output(), /not bound to CPUs 9999: .*Invalid argument/s);
});

test("lists of CPUs are written as the kernel writes them", (t) => {
  t.is(cpuList([3, 1, 2, 8, 8]), "1-3,8");
  t.is(cpuList([0]), "0");
});
