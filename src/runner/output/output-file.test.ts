import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { cutIn, outputFile, outputFiles } from "./output-file.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "hpo-output-")), "stdout.log");
const LIMIT = 10_000;

test("output within the limit is kept as it is, readable while it grows", (t) => {
  const path = newPath();
  const file = outputFile(path, LIMIT);
  t.false(existsSync(path), "a silent program leaves no file");
  file.add(Buffer.from("one\n"));
  t.is(readFileSync(path, "utf8"), "one\n");
  file.add(Buffer.from("two"));
  file.end();
  t.is(readFileSync(path, "utf8"), "one\ntwo");
  t.is(file.problem, undefined);
});

test("of more, whole lines of the head and the tail are kept, and every cut byte is counted", (t) => {
  const path = newPath();
  const file = outputFile(path, LIMIT);
  let written = 0;
  for (let line = 0; line < 20_000; line++) {
    const text = `line ${line}\n`;
    written += text.length;
    file.add(Buffer.from(text));
    if (line % 500 === 0) t.true(statSync(path).size <= 2 * LIMIT);
  }
  file.end();
  const kept = readFileSync(path);
  t.true(kept.length <= LIMIT, String(kept.length));
  const cut = cutIn(kept)!;
  t.is(kept.length - (cut.end - cut.start) + cut.bytes, written);
  const lines = kept.toString().trimEnd().split("\n");
  t.is(lines[0], "line 0");
  t.is(lines.at(-1), "line 19999");
  t.true(lines.every((line) => /^line \d+$|^\[hpo: \d+ bytes cut here\]$/.test(line)));
  t.deepEqual(readdirSync(join(path, "..")), ["stdout.log"]);
});

test("a limit in MiB is one to the byte", (t) => {
  const kept = (bytes: number) => {
    const folder = join(newPath(), "..");
    const { stdout } = outputFiles(folder, 1);
    stdout.add(Buffer.alloc(bytes, "12345678901234\n\n"));
    stdout.end();
    return readFileSync(join(folder, "stdout.log"));
  };
  t.is(kept(2 ** 20).length, 2 ** 20);
  const cut = kept(2 ** 20 + 1);
  t.true(cut.length <= 2 ** 20 && cutIn(cut) !== undefined);
});

test("of one huge line the head and the tail are kept to the byte", (t) => {
  const path = newPath();
  const file = outputFile(path, LIMIT);
  const text = Array.from({ length: 5 * LIMIT }, (_, i) => String.fromCharCode(97 + (i % 26))).join(
    "",
  );
  file.add(Buffer.from(text));
  file.end();
  const kept = readFileSync(path);
  const { start, end } = cutIn(kept)!;
  t.is(kept.subarray(0, start).toString(), `${text.slice(0, LIMIT / 5)}\n`);
  // Room for the longest note is left.
  const longest = `[hpo: ${Number.MAX_SAFE_INTEGER} bytes cut here]\n`.length + 1;
  t.is(kept.subarray(end).toString(), text.slice(-(LIMIT - LIMIT / 5 - longest)));
});

test("an earlier attempt's output stays, under a number", (t) => {
  const path = newPath();
  for (const attempt of ["first", "second", "third"]) {
    const file = outputFile(path, LIMIT);
    file.add(Buffer.from(attempt));
    file.end();
  }
  const folder = join(path, "..");
  t.deepEqual(readdirSync(folder).sort(), ["stdout.1.log", "stdout.2.log", "stdout.log"]);
  t.is(readFileSync(path, "utf8"), "third");
  t.is(readFileSync(join(folder, "stdout.1.log"), "utf8"), "first");
});

test("a limit of 0 keeps none, and what can't be written is told, not thrown", (t) => {
  const path = newPath();
  const none = outputFile(path, 0);
  none.add(Buffer.from("text"));
  none.end();
  t.false(existsSync(path));
  writeFileSync(path, "a file, no folder");
  const lost = outputFile(join(path, "stdout.log"), LIMIT);
  lost.add(Buffer.from("text"));
  lost.add(Buffer.from("text"));
  lost.end();
  t.regex(lost.problem!, /ENOTDIR/);
});
