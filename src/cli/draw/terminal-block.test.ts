import { EventEmitter } from "node:events";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { folderWith } from "../fixtures/hpo.ts";
import { Screen } from "../fixtures/screen.ts";
import { piece } from "./styled-line.ts";
import { TerminalBlock } from "./terminal-block.ts";

// A user would miss: a terminal where no line is lost, drawn twice or broken, whatever is said
// beside the block and whatever becomes of the window.

/** A terminal's stream onto a screen. */
function terminal(columns: number) {
  const screen = new Screen(columns);
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows: 20,
    write(text: string): boolean {
      screen.feed(text.replaceAll("\n", "\r\n"));
      return true;
    },
  });
  const resize = (to: number): void => {
    screen.resize(to);
    stream.columns = to;
    stream.emit("resize");
  };
  return { screen, resize, stream: stream as unknown as NodeJS.WriteStream };
}

test("what is written meanwhile stands above in whole lines, and the block once at the end", (t) => {
  const { screen, stream } = terminal(30);
  const { stream: other } = terminal(30);
  let count = 0;
  const block = new TerminalBlock(() => [[piece(`block ${count}`)], [piece("second", "green")]], {
    out: stream,
    others: [other],
    unicode: true,
  });
  stream.write("one\ntw");
  other.write("a warning\n");
  count = 1;
  block.update();
  t.deepEqual(screen.text, ["one", "a warning", "block 1", "second", ""]);
  stream.write("o\nthree");
  stream.write(Buffer.from("é").subarray(0, 1));
  stream.write(Buffer.from("é").subarray(1));
  block.end();
  t.deepEqual(screen.text, ["one", "a warning", "two", "threeé", "block 1", "second", ""]);
  stream.write("after\n");
  t.deepEqual(screen.text.slice(-4), ["block 1", "second", "after", ""]);
});

test("a window that is resized holds one block, as wide as it has room, and every line", (t) => {
  const { screen, stream, resize } = terminal(200);
  const block = new TerminalBlock(
    (columns) => [[piece("A".repeat(columns))], [piece("B 学習率の減衰 ".repeat(9))], [piece("C")]],
    { out: stream, others: [], unicode: true, env: { TERM: "xterm-256color" } },
  );
  stream.write(`${"said before ".repeat(4)}|\n`);
  for (const columns of [100, 41, 20, 33, 150, 21, 200]) {
    resize(columns);
    stream.write(`${columns}\n`);
    t.is(screen.text.filter((line) => line.startsWith("A")).length, 1, `${columns} columns`);
    const drawn = screen.text.slice(-4);
    t.is(drawn[0], "A".repeat(columns - 1));
    t.true(drawn[1].startsWith("B 学") && drawn[1].length < columns);
    t.deepEqual(drawn.slice(2), ["C", ""]);
  }
  block.end();
  t.true(screen.text.join("").startsWith(`${"said before ".repeat(4)}|`));
  for (const columns of [100, 41, 20, 33, 150, 21]) t.true(screen.text.includes(String(columns)));
});

test("a block is no taller than the window", (t) => {
  const { screen, stream } = terminal(30);
  stream.rows = 3;
  new TerminalBlock(() => ["a", "b", "c", "d"].map((text) => [piece(text)]), {
    out: stream,
    others: [],
    unicode: true,
  }).end();
  t.deepEqual(screen.text, ["a", "b", ""]);
});

const STUDY = `
import { existsSync } from "node:fs";
export default {
  name: "live", trials: 24, seed: 1,
  space: { parameters: ["rate", "学習率"].map((name) => (
    { name, distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] })) },
  objective: async ({ number, params }) => {
    while (number === 22 && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
    return number === 3 ? NaN : params.rate;
  },
};
`;

/** The study is suspended by the terminal, which is made narrower before it goes on. */
const SESSION = `
set -m
stty cols 60 rows 20 < /dev/tty
( for _ in $(seq 600); do grep -q 22/24 out && break; sleep .05; done; kill -TSTP -$(cat pid) ) &
bash -c 'echo $$ > pid; exec "$0" "$1" study run study.mjs' "$NODE" "$HPO"
echo the shell speaks
stty cols 33 < /dev/tty
touch go
fg > /dev/null
`;

const knowsScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

test("hpo study run at a terminal: suspended, resized, gone on with", (t) => {
  if (!knowsScript) {
    t.log("NOT RUN: no util-linux script, which gives a program a terminal.");
    return t.pass();
  }
  const folder = folderWith({ "study.mjs": STUDY, "session.sh": SESSION });
  const { CI: _, NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
  const hpo = fileURLToPath(new URL("../main.js", import.meta.url));
  const env = { ...rest, TERM: "xterm", LC_ALL: "C.UTF-8", NODE: process.execPath, HPO: hpo };
  spawnSync("script", ["-qfc", "bash session.sh", "out"], {
    cwd: folder,
    env,
    stdio: "ignore",
    timeout: 90_000,
  });
  const out = readFileSync(join(folder, "out"), "utf8")
    .replace(/^Script started.*\n/, "")
    .replace(/\n*Script done.*\n*$/, "\n");
  const [before, after] = out.split(/(?=the shell speaks)/);
  t.false(out.includes("\u001b[?25l"), "the cursor is never hidden");
  t.true(out.includes("\u001b[32m"), "colours");
  const screen = new Screen(60);
  screen.feed(before);
  const first = screen.text;
  t.regex(first.join("\n"), /^live {2}█+[▉-▏]?·* {2}22\/24/m);
  t.true(first.some((line) => /^values +[▁-█ ]+$/.test(line)));
  t.true(first.some((line) => /^diverged +×$/.test(line)));
  screen.resize(33);
  screen.feed(after);
  const last = screen.text.join("\n");
  for (let number = 0; number < 24; number++) {
    t.is(last.match(new RegExp(`^trial ${number} `, "gm"))?.length, 1, `trial ${number}`);
  }
  t.regex(last, /\nthe shell speaks\n/);
  const blocks = last.split(/^(?=live {2})/m).slice(1);
  t.is(blocks.length, 2, "as it stood when it was suspended, and at the end");
  t.regex(blocks[1], /^live {2}█+ {2}24\/24\nbest .*\ntrials 23 complete, 1 diverged\nvalues .*\n +×\nmatters /); // prettier-ignore
  t.regex(blocks[1], /\nStopped: the study has/);
});
