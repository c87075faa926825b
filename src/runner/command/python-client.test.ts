import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";

const python = process.env["HPO_PYTHON"] ?? "python3";
const client = fileURLToPath(new URL("../../../../clients/python", import.meta.url));

test("the Python client tells, stops and saves as its own tests say", (t) => {
  const tests = [
    "-W",
    "ignore",
    "-m",
    "unittest",
    "discover",
    "-s",
    "tests",
    "-p",
    "test_trial.py",
  ];
  const { status, stderr, error } = spawnSync(python, tests, { cwd: client, encoding: "utf8" });
  if (error) {
    t.log(`NOT RUN: there is no ${python}. Install Python 3.9 or later, or set HPO_PYTHON.`);
    t.pass();
    return;
  }
  t.is(status, 0, stderr);
});
