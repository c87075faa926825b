import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { TrialDiverged, TrialPruned } from "../../errors/errors.ts";
import type { LiveTrial } from "../../contracts/objective.ts";

// An objective that reports three metrics and then goes wrong in the way that its parameter names.

type Fault = (trial: LiveTrial) => unknown;

const forever = (): never => {
  for (;;) Math.sqrt(2);
};

const faults: Readonly<Record<string, Fault>> = {
  none: (trial) => trial.params.salt,
  throws: () => {
    throw new Error("the objective threw");
  },
  nan: () => NaN,
  noValue: () => undefined,
  diverges: () => {
    throw new TrialDiverged("The loss is NaN.", { cause: "nonFinite" });
  },
  prunes: () => {
    throw new TrialPruned();
  },
  doubleReport: (trial) => {
    for (let step = 0; step < 3; step++) trial.report(-1, step);
    return 1;
  },
  garbage: () => {
    process.stdout.write(Buffer.from([0, 255, 254, 10, 0, 0x7b, 0x22]));
    console.log('{"value": }');
    return 1;
  },
  uncaught: () =>
    new Promise(() => {
      setImmediate(() => {
        throw new Error("thrown from a callback");
      });
    }),
  exits: () => process.exit(3),
  waitsForEver: () => new Promise(() => undefined),
  loopsForEver: forever,
  segfault: () => process.kill(process.pid, "SIGSEGV") && forever(),
  killed: () => process.kill(process.pid, "SIGKILL") && forever(),
  aborts: () => process.abort(),
  bomb: async () => {
    const hoard: Buffer[] = [];
    for (;;) {
      hoard.push(Buffer.alloc(8 << 20, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
  garbledChannel: () => {
    writeSync(3, "this is no frame, whatever its length says");
    return 1;
  },
  leavesChild: () => {
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1 << 30)"], { stdio: "ignore" });
    return 1;
  },
};

export function faulty(trial: LiveTrial): Promise<number> {
  const salt = trial.params.salt as number;
  for (let step = 0; step < 3; step++) trial.report(salt + step, step);
  return faults[trial.params.fault as string](trial) as Promise<number>;
}
