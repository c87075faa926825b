import test from "ava";
import { commandEnvironment } from "./command-environment.ts";

const own = { PATH: "/bin", EMPTY: "" };
const expanded = (value: string): string => commandEnvironment({ X: value }, ["lr"], own)["X"];

test("hpo's variables may stand in a command's own", (t) => {
  const texts: Readonly<Record<string, string>> = {
    "/venv/bin:$PATH": "/venv/bin:/bin",
    "${PATH}x": "/binx",
    $EMPTY: "",
    "${EMPTY:-a}": "a",
    "src:${PYTHONPATH:-}": "src:",
    "${NO:-/a b}": "/a b",
    a$$b: "a$b",
    "5 $": "5 $",
  };
  for (const [given, result] of Object.entries(texts)) t.is(expanded(given), result, given);
  t.throws(() => expanded("src:$PYTHONPATH"), {
    message: /env: X="src:\$PYTHONPATH": \$PYTHONPATH is not set here.*\$\{PYTHONPATH:-\}.*\$\$/,
  });
  for (const name of ["A=B", "", "A\0"]) {
    t.throws(() => commandEnvironment({ [name]: "1" }), { message: /^env: .* can't name a/ });
  }
  t.throws(() => commandEnvironment({ A: "x\0y" }), { message: /^env: A holds a NUL/ });
  t.throws(() => commandEnvironment({ HPO_PARAMS: "1" }), {
    message: /HPO_PARAMS is set for each/,
  });
  t.throws(() => expanded("${lr}"), {
    message: /names the parameter lr.*X=\{lr\} before its program/,
  });
});
