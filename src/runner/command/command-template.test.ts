import { homedir } from "node:os";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { commandTemplate, type Values } from "./command-template.ts";

const names = ["lr", "amp", "none", "trial_dir"];
const values = { lr: 0.5, amp: true, none: null, trial_dir: "/t 1" };
const filled = (command: string | readonly string[], more: Values = {}, shell = false) =>
  commandTemplate({ command, shell, names }).fill({ ...values, ...more });
const argv = (command: string | readonly string[], more?: Values): readonly string[] =>
  filled(command, more).argv;
const script = (command: string, more?: Values): string => filled(command, more, true).argv[2];

test("lines that a backslash joins are one command; other second lines are an error", (t) => {
  t.deepEqual(argv("python train.py \\\n  --lr {lr} \\\n  --out {trial_dir}/m\n"), [
    ...["python", "train.py", "--lr", "0.5", "--out", "/t 1/m"],
  ]);
  t.deepEqual(argv("t \\ --lr \\  {lr} a\\ b"), ["t", "--lr", "0.5", "a b"], "as YAML folds it");
  t.throws(() => script("t \\ --lr {lr}"), { message: /backslash before a space.*command: \|/s });
  t.deepEqual(argv('a "b \\\nc" d\\\ne \\\r\n f'), ["a", "b c", "d", "e", "f"]);
  t.throws(() => argv("python prepare.py\npython train.py"), {
    instanceOf: HpoError,
    message: /several lines.*backslash.*command: >.*shell: true/s,
  });
  t.is(script("a\nb {lr}"), "a\nb 0.5");
  t.deepEqual(argv("t C:\\"), ["t", "C:\\"], "before nothing a backslash is itself");
});

test("a piece is there where its parameter is true, and no argument where it is not", (t) => {
  const off = { amp: false };
  t.deepEqual(argv("t {amp?--amp} x"), ["t", "--amp", "x"]);
  t.deepEqual(argv("t {amp?--amp} x", off), ["t", "x"]);
  t.deepEqual(argv("t {none?--amp}"), ["t"], "null is not true");
  t.deepEqual(argv("t {amp?--precision 16 --name 'a b'|--no-amp}"), [
    ...["t", "--precision", "16", "--name", "a b"],
  ]);
  t.deepEqual(argv("t {amp?--amp|--no-amp}", off), ["t", "--no-amp"]);
  t.deepEqual(argv("t {amp?--level={lr}|{lr|0}}"), ["t", "--level=0.5"]);
  t.deepEqual(argv("t --mode={amp?fast}x", off), ["t", "--mode=x"]);
  const withFlags = (command: string, ...on: readonly string[]) =>
    commandTemplate({ command, shell: false, names: undefined }).fill({
      ...{ lr: 0.5, a: false, b: false, c: false, d: false },
      ...Object.fromEntries(on.map((name) => [name, true])),
    }).argv;
  const nested = "t {a?--a {b?--b {c?--c {lr}|{d?--d}}}}";
  t.deepEqual(withFlags(nested, "a", "b", "c", "d"), ["t", "--a", "--b", "--c", "0.5"]);
  t.deepEqual(withFlags(nested, "a", "b", "d"), ["t", "--a", "--b", "--d"]);
  t.deepEqual(withFlags(nested, "a", "b"), ["t", "--a", "--b"]);
  t.deepEqual(withFlags(nested, "a", "c"), ["t", "--a"]);
  t.deepEqual(withFlags("t {a?{b?{c?{d?--x}}}}", "a", "b", "c", "d"), ["t", "--x"]);
  t.deepEqual(withFlags("t {a?{b?{c?{d?--x}}}}", "a", "b", "c"), ["t"]);
  t.deepEqual(
    argv("t {amp?fast}{lr}"),
    ["t", "fast0.5"],
    "a piece that begins a word is a part of it",
  );
  t.deepEqual(argv("t {amp?fast}{lr}", off), ["t", "0.5"]);
  t.deepEqual(argv(["t", "{amp?--a b}"]), ["t", "--a b"]);
  t.deepEqual(argv(["t", "{amp?--a}"], off), ["t"]);
  t.is(script("t {amp?--amp --l {lr}} | cat"), "t --amp --l 0.5 | cat");
  t.is(script("t {amp?--amp}", off), "t ");
  const absent = commandTemplate({ command: "t {gone?--x}", shell: false, names: undefined });
  t.deepEqual(absent.fill({}).argv, ["t"]);
  for (const [value, isOn] of [
    [1, true],
    [0, false],
    ["True", true],
    ["false", false],
  ] as const) {
    t.is(argv("t {amp?--amp}", { amp: value }).length === 2, isOn, String(value));
  }
  const known = { shell: false, names: ["lr", "amp"], flags: ["amp"] };
  t.throws(() => commandTemplate({ command: "t {amp?a{lr?b}}", ...known }), {
    message: /asks whether lr is true, and it has other values/,
  });
  t.notThrows(() => commandTemplate({ command: "t {amp?a{lr}|b}", ...known }));
  t.throws(() => argv("t {lr?--lr}"), { message: /asks whether lr is true, and it is 0\.5/ });
  t.throws(() => argv("t {amb?--amp}"), { message: /\{amb\} names no parameter.*mean "amp"/ });
  t.throws(() => argv("t {amp?--x={lrr}}"), { message: /\{lrr\} names no parameter/ });
  t.throws(() => script('t "{amp?--amp}"'), { message: /stands in quotes/ });
});

test("a parameter in two braces with spaces is quoted whole", (t) => {
  for (const form of ["{{ lr }}", "{{lr }}", "{ lr }"]) {
    t.throws(() => argv(`t ${form} x`), { message: new RegExp(`The command has ${form}, for`) });
  }
});

test("a parameter as other tools write it is an error that says to write {lr}", (t) => {
  const forms = [
    ...["t ${lr}", "t --lr=${lr}", "t '${lr}'", 't "${lr}"', "t $lr", 't "$lr"', "t ${lr:-0.1}"],
    ...["t ${{ lr }}", "t ${trialParameters.lr}", "t { lr }", "t {{ lr }}", "t {lr }", "t \\${lr}"],
  ];
  for (const form of forms) {
    for (const command of [form, ["sh", "-c", form]]) {
      const make = (shell: boolean) => () => commandTemplate({ command, shell, names });
      t.throws(make(false), { instanceOf: HpoError, message: /Write \{lr\}\./ }, form);
      if (command === form) t.throws(make(true), { message: /Write \{lr\}\./ }, `sh: ${form}`);
    }
  }
  for (const shell of [false, true]) {
    const make = () => commandTemplate({ command: "t ${x}", shell, names: undefined });
    t.throws(make, { message: /Write \{x\}\. For a literal \$\{x\} write \$\{\{x\}\}/ });
  }
  const spaced = ["a b", 'q"', "a|b"];
  for (const command of ["t {a b}", ["t", '--q={q"|1}'], "t {a|b}"]) {
    const make = () => commandTemplate({ command, shell: false, names: spaced });
    t.throws(make, { message: /whose name none can hold.*Rename the parameter/ });
  }
  t.throws(() => argv(["t", "${args}"]), { message: /\$\{args\}, and no shell runs.*\{lr\}/ });
  t.deepEqual(argv(["sh", "-c", "echo ${{lr}}"]), ["sh", "-c", "echo ${lr}"]);
  t.is(
    script("echo ${{lr}} ${HOME} ${x:-{lr}} $lr_scale"),
    "echo ${lr} ${HOME} ${x:-0.5} $lr_scale",
  );
});

test("what a shell would do to a text is done, or is an error; nothing reaches the program as it is", (t) => {
  const needs = (command: string, message: RegExp): void => {
    t.throws(() => argv(command), { instanceOf: HpoError, message }, command);
  };
  for (const text of [
    "$HOME/x",
    '"$HOME/x"',
    "${HOME}",
    '"$(id)"',
    "$((1+1))",
    "`id`",
    '"`id`"',
    "$1",
  ]) {
    needs(`t ${text}`, /which needs a shell.*\{lr\}.*shell: true.*single quotes/s);
  }
  t.deepEqual(argv('t \'$HOME\' "\\$HOME" \\$HOME "^a$" US$ ""'), [
    ...["t", "$HOME", "$HOME", "$HOME", "^a$", "US$", ""],
  ]);
  t.deepEqual(argv("~/run ~ a~b '~/x' {lr}"), [`${homedir()}/run`, homedir(), "a~b", "~/x", "0.5"]);
  needs("t ~root/x", /another user's home/);
  needs("t # the learning rate", /unquoted #/);
  needs("t data/*.csv --lr {lr}", /unquoted \*, which needs a shell.*shell: true.*quotes/);
  t.deepEqual(argv("t '*.csv' \"*\" \\* a[1] what?"), ["t", "*.csv", "*", "*", "a[1]", "what?"]);
  t.deepEqual(argv("t ${{lr}} a${{x}}b"), ["t", "${lr}", "a${x}b"], "as messages say to write it");
  t.deepEqual(argv("t a#b '#'"), ["t", "a#b", "#"]);
  needs("t 'a", /opens a '/);
  t.is(script("t # don't {lr}\nu"), "t # don't 0.5\nu");
});

test("what needs a shell is told with the flag that a command line takes for it", (t) => {
  for (const line of ["t | tee x", "t $HOME", "t ~someone/x", "t\nt"]) {
    t.throws(() => argv(line), { message: /set shell: true \(hpo tune --shell\)/i }, line);
  }
});

test("variables may stand before the program", (t) => {
  t.deepEqual(filled("CUDA_LAUNCH_BLOCKING=1 NAME='a b' LR={lr} python t.py x=1"), {
    argv: ["python", "t.py", "x=1"],
    env: { CUDA_LAUNCH_BLOCKING: "1", NAME: "a b", LR: "0.5" },
  });
  t.deepEqual(argv("'A=1' x"), ["A=1", "x"]);
  for (const command of ["A=1", " ", "", '""', []]) {
    t.throws(() => argv(command), { message: /command is empty/ });
  }
  t.throws(() => commandTemplate({ command: ["t"], shell: true, names }), {
    message: /shell: true needs/,
  });
});
