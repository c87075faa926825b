import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { commandRunner } from "./command-runner.ts";
import { startFailure } from "./start-failure.ts";
import { recorder } from "../fixtures/host-trial.ts";
import { returned, failure } from "../fixtures/runner-tests.ts";

test("what can't be started is its trial's error, and the next one runs", async (t) => {
  const script = '[ -n "$HPO_PARAMS" ] || wc -c <"$HPO_PARAMS_FILE"; echo \'{"value": 1}\'';
  const runner = commandRunner({ command: ["/bin/sh", "-c", script, "{x}"] });
  const run = async (x: string, plain = runner) => {
    const made = recorder({ params: { x } });
    return { outcome: await plain.run(made.trial), ...made };
  };
  t.regex(failure((await run("a\0b")).outcome).message, /NUL character.*\{params_file\}/);
  const long = failure((await run("x".repeat(200_000))).outcome);
  t.regex(
    long.message,
    /E2BIG.*argument 3 alone has 200000 bytes.*\{params_file\}.*HPO_PARAMS_FILE/,
  );
  t.false("stack" in long);
  t.deepEqual((await run("short")).outcome, returned(1));
  await runner.close();
  const byFile = commandRunner({ command: ["/bin/sh", "-c", script, "{params_file}"] });
  const { outcome, output, heard } = await run("x".repeat(200_000), byFile);
  await byFile.close();
  t.deepEqual(outcome, returned(1));
  t.is(output(), "200008\n");
  t.regex(heard[0], /parameters are 195 KiB of JSON, too long for HPO_PARAMS.*HPO_PARAMS_FILE/);
});

test("the remedy fits what is missing: a program, a folder, rights, a shebang", (t) => {
  const cwd = mkdtempSync(join(tmpdir(), "hpo-start-"));
  writeFileSync(join(cwd, "t.py"), "#!/usr/bin/env python3\r\n");
  const problem = (program: string, code = "ENOENT", more = {}): string =>
    startFailure(
      { argv: [program], cwd, env: {}, ...more },
      { kind: "notStarted", message: `spawn ${program} ${code}`, code },
    );
  t.regex(
    problem("pyton"),
    /^The command "pyton" could not be started: spawn pyton ENOENT\. No folder/,
  );
  t.regex(problem("pyton", "ENOENT", { env: { PATH: "/x" } }), /PATH, which the study sets to \/x/);
  t.regex(problem("./u.py"), /There is no .*\/u\.py/);
  t.regex(
    problem("./t.py"),
    /t\.py is there, and the interpreter that its first line names is not/,
  );
  t.regex(problem("A=1"), /is a variable and no program: set it under env:/);
  t.regex(problem("python t.py"), /one word with spaces/);
  t.regex(problem("./t.py", "EACCES"), /chmod \+x.*python3 \.\/t\.py/);
  t.regex(problem(".", "EACCES"), /It is a folder\. Name the program in it\.$/);
  t.regex(problem("x", "ENOENT", { cwd: join(cwd, "gone") }), /Its folder .*gone does not exist/);
});
