import { spawn } from "node:child_process";

// A command that reports three metrics and then goes wrong in the way that its argument names.

const [fault, salt] = [process.argv[2], Number(process.argv[3])];
const say = (text: string): void => void process.stdout.write(text);
const stay = (): void => void setInterval(() => undefined, 1 << 30);

const faults: Readonly<Record<string, () => void>> = {
  none: () => say('{"value": 1}\n'),
  throws: () => {
    throw new Error("the program threw");
  },
  nan: () => say('{"value": NaN}\n'),
  noValue: () => undefined,
  doubleReport: () => say('{"step": 0, "value": -1}\n{"step": 2, "value": -1}\n{"value": 1}\n'),
  garbage: () => say('\0\xff{"value": }\nstep value\n{"step"\n{"value": 1}\n'),
  torn: () => {
    say('{"val');
    setTimeout(() => say('ue": 1}'), 30);
  },
  exits: () => process.exit(3),
  waitsForEver: stay,
  ignoresTerm: () => {
    process.on("SIGTERM", () => undefined);
    stay();
  },
  segfault: () => process.kill(process.pid, "SIGSEGV"),
  killed: () => process.kill(process.pid, "SIGKILL"),
  bomb: () => {
    const hoard: Buffer[] = [];
    setInterval(() => hoard.push(Buffer.alloc(8 << 20, 1)), 1);
  },
  leavesChild: () => {
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1 << 30)"], { stdio: "inherit" }).unref();
    process.stdout.write('{"value": 1}\n', () => process.exit());
  },
};

for (let step = 0; step < 3; step++) say(JSON.stringify({ step, value: salt + step }) + "\n");
faults[fault]();
