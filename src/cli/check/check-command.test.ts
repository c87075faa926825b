import { join } from "node:path";
import test from "ava";
import { folderWith } from "../fixtures/hpo.ts";
import { flagFindings } from "./check-command.ts";
import { checkStudy } from "./check-study.ts";

const PROGRAM = `import argparse
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=float("0.1"))
p.add_argument(
    '-a', '--amp', default=bool(0),
    type = bool)
p.add_argument("--ema", action="store_true")
p.add_argument("--level", type=bool_of)
`;

async function notices(command: string, program = PROGRAM): Promise<string> {
  const yaml = `name: s
space:
  lr: { type: float, low: 0.001, high: 1 }
  amp: { type: categorical, choices: [false, true] }
command: ${command}
`;
  const folder = folderWith({ "study.yaml": yaml, "train.py": program });
  const flags = { storage: "memory:", timeout: 1000, run: false };
  const { findings } = await checkStudy(join(folder, "study.yaml"), flags);
  return findings.map(({ message }) => message).join("\n");
}

test("true and false for argparse's type=bool, or for a flag without a value, are told", (t) => {
  const scripts = [{ path: "/x/train.py", text: PROGRAM }];
  const told = (...argv: string[]): string =>
    flagFindings(argv, scripts)
      .map(({ message }) => message)
      .join("\n");
  for (const argv of [
    ["--amp", "false"],
    ["--amp=True"],
    ["-a", "false"],
    ["sh -c 't --amp false'"],
  ]) {
    t.regex(told("python", "train.py", ...argv), /argparse's type=bool in train\.py.*store_true/);
  }
  t.regex(told("--ema", "false"), /takes no value\. Write \{ema\?--ema\}/);
  t.is(told("--ema", "--level", "false", "--lr", "1", "--other=true", "false"), "");
});

test("a piece or a variable before the program counts as a use of its parameter", async (t) => {
  t.is(await notices("python3 train.py --lr {lr} {amp?--amp}"), "");
  t.is(await notices("LR={lr} AMP={amp} python3 train.py"), "");
  t.regex(await notices("python3 train.py --lr {lr}"), /"amp" stands in no placeholder/);
  t.regex(await notices("python3 -m train --lr {lr} --amp {amp}"), /type=bool in train\.py/);
  t.regex(
    await notices('["python3", "train.py", "{lr}", "{amp?--amp}", "~/x", "$HOME/x", "a$b"]'),
    /^"~\/x" reaches the program as it is.*\n"\$HOME\/x" reaches [^\n]*$/,
  );
});
