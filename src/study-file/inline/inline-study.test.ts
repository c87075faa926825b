import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { studyOfText } from "../study-yaml.ts";
import { inlineSpace } from "./inline-space.ts";
import { inlineStudy, studyFileText } from "./inline-study.ts";

const float = (low: number, high: number, more = {}) => ({ type: "float", low, high, ...more });
const int = (low: number, high: number, more = {}) => ({ type: "int", low, high, ...more });
const choice = (...choices: unknown[]) => ({ type: "categorical", choices });

test("ranges are taken out of a command's placeholders", (t) => {
  const { command, space } = inlineSpace(
    "train --lr {lr:1e-5..1:log} --bs={bs:16..512:int:log} -d {drop:-.5..+.5:step=0.25} " +
      "--n {n:1..9:int:step=2} --opt {opt:adam|sgd} {amp?--amp} --again {lr} --seed {trial_seed}",
  );
  t.is(
    command,
    "train --lr {lr} --bs={bs} -d {drop} --n {n} --opt {opt} {amp?--amp} --again {lr} --seed {trial_seed}",
  );
  t.deepEqual<unknown, unknown>(space, {
    lr: float(1e-5, 1, { log: true }),
    bs: int(16, 512, { log: true }),
    drop: float(-0.5, 0.5, { step: 0.25 }),
    n: int(1, 9, { step: 2 }),
    opt: choice("adam", "sgd"),
    amp: choice(true, false),
  });
});

test("choices are texts, numbers, true, false and null; quotes hold any sign", (t) => {
  const { command, space } = inlineSpace([
    "train",
    `{a:1|2.5|1e-3|x1}`,
    `--b={b:true|false|null}`,
    `{c:"1"|'true'|"a|b:}{"|""}`,
    `{ckpt:a:b|c}`,
  ]);
  t.deepEqual(command, ["train", "{a}", "--b={b}", "{c}", "{ckpt}"]);
  t.deepEqual<unknown, unknown>(space, {
    a: choice(1, 2.5, 0.001, "x1"),
    b: choice(true, false, null),
    c: choice("1", "true", "a|b:}{", ""),
    ckpt: choice("a:b", "c"),
  });
});

test("what stands within a flag's piece exists with the flag alone, unless it stands elsewhere, too", (t) => {
  const read = (command: string) => inlineSpace(command).space;
  t.like(read("train {amp?--level={level:1..3:int}|--slow {how:a|b}}"), {
    level: int(1, 3, { when: { amp: true } }),
    how: { ...choice("a", "b"), when: { amp: false } },
  });
  t.deepEqual<unknown, unknown>(read("train {amp?--lr {lr:0..1}} {lr}").lr, float(0, 1));
});

test("braces that are no placeholder are left as they are", (t) => {
  t.deepEqual(Object.keys(inlineSpace("train {größe:1..5}").space), ["größe"]);
  const command = `train {{lr}} {{a:b|c}} --json '{"a": 1}' --map {a: 1} {x:0..1}`;
  t.is(inlineSpace(command).command, command.replace("{x:0..1}", "{x}"));
});

const WRONG: Readonly<Record<string, readonly [command: string, place: string, message: RegExp]>> =
  {
    "a number": ["train {lr:1e-5..x:log}", "x:log}", /"x" is no number/],
    "a name with a space": ["train {lr:0..1} {a b:0..1}", "{a b", /"a b" can't name a parameter/],
    "three dots": ["train {lr:0...1}", "...1}", /has three dots/],
    "a missing number": ["train {lr:..1}", "..1}", /a number is missing/],
    "a word": ["train {lr:0..1:lgo}", "lgo}", /there is no "lgo"\. Did you mean "log"\?$/m],
    "one value": ["train {opt:adam}", "adam}", /is one value\. Write 1e-5\.\.1 .*, adam\|sgd/],
    "an empty choice": ["train {opt:adam|}", "}", /a choice is empty/],
    "an open brace": ["train {lr:0..1", "{lr", /never closed/],
    "an order": ["train --lr {lr:1..0}", "{lr", /low=1 lies above high=0/],
    "a log from 0": ["train {lr:0..1:log}", "{lr", /log-scaled/],
    "a fraction for an integer": ["train {n:0.5..2:int}", "{n", /integer/],
    "two ranges": ["train {lr:0..1} {lr:0..2}", "{lr:0..2", /has another range before/],
    "hpo's own": [
      "train {lr:0..1} {trial_seed:1..9}",
      "{trial_seed",
      /trial_seed is given by hpo\. Call/,
    ],
    "hpo's own, asked for": ["train {lr:0..1} {trial_dir?--out}", "{trial_dir", /is given by hpo/],
    "no range": ["train {lr:0..1} {momentun}", "{momentun", /momentun has no range\. Write/],
    "a number beyond all": ["train {lr:1..1e400}", "1e400}", /1e400 is no finite number/],
    "a choice beyond all": ["train {lr:1|-1e999}", "-1e999}", /-1e999 is no finite number/],
    "an object's own name": ["train {__proto__:1..2}", "{__proto__", /can't be called __proto__\./],
    "a misspelt name": ["train {width:1..8:int} {wdith}", "{wdith", /Did you mean "width"\?$/m],
    "a flag's piece": ["train {amp?--l {l:1..}}", "}}", /a number is missing/],
  };

for (const [what, [command, place, message]] of Object.entries(WRONG)) {
  test(`${what} that is wrong is shown with a caret under it`, (t) => {
    const error = t.throws(() => inlineSpace(command), { instanceOf: HpoError, message });
    const [line, caret] = error.message.split("\n").slice(-2);
    t.is(line.slice(caret.indexOf("^")).slice(0, place.length), place);
  });
}

test("the caret stands under the place in the word of a list, and in a long line with wide signs", (t) => {
  const words = ["train", "--lr", "{lr:a..1}"];
  t.throws(() => inlineSpace(words), { message: /\n {2}\{lr:a\.\.1\}\n {6}\^$/ });
  const long = `train ${"x".repeat(200)} 漢 {lr:a..1}`;
  t.throws(() => inlineSpace(long), { message: /…x+ 漢 \{lr:a\.\.1\}\n {64}\^$/ });
});

test("a command without a parameter says how to write one", (t) => {
  t.throws(() => inlineSpace("train --seed {trial_seed}"), {
    message: /has no parameter\. .*\{lr:/,
  });
});

test("the study file's text declares the same study", async (t) => {
  const study = inlineStudy({
    command: `python -m app.train --x="{lr:1e-7..1:log}" {amp?--level={level:1..3:int}} {o:"1"|null|"a: b"}`,
    metrics: { "val/loss": "minimize", acc: "maximize" },
    trials: 7,
    pruner: { name: "median", warmupSteps: 2 },
    strategy: "random",
  });
  t.is(study.name, "app.train");
  t.deepEqual(study.metric, { name: ["val/loss", "acc"] });
  const { definition, command } = await studyOfText({ text: studyFileText(study), folder: "." });
  t.like(definition, { name: "app.train", trials: 7, metrics: study.metrics });
  t.like(definition.pruner, { name: "median" });
  const params = { lr: 1e-7, amp: true, level: 2, o: "a: b" };
  t.deepEqual(command!.plan({ number: 0, params, seed: 0, directoryPath: "/x" }).argv, [
    ...["python", "-m", "app.train", "--x=1e-7", "--level=2", "a: b"],
  ]);
});

test("a study is called as its script", (t) => {
  const name = (command: string | string[]) =>
    inlineStudy({ command, metrics: { loss: "minimize" } }).name;
  t.is(name("OMP=1 python src/train.py --lr {lr:0..1}"), "train");
  t.is(name(["./a.out", "{lr:0..1}"]), "a");
});
