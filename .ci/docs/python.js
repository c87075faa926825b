import { spawnSync } from "node:child_process";

const PROGRAM = `
import ast, json, sys
for block in json.load(sys.stdin):
    try:
        ast.parse(block["code"])
    except SyntaxError as error:
        print(f"{block['at']}: {error}")
`;

/** What Python's parser says of the blocks. */
export function faultsOfPython(blocks) {
  const { status, stdout, stderr, error } = spawnSync("python3", ["-c", PROGRAM], {
    input: JSON.stringify(blocks.map(({ at, code }) => ({ at, code }))),
    encoding: "utf8",
  });
  if (status !== 0) return [`The blocks of Python are not checked: ${error?.message ?? stderr}`];
  return stdout.split("\n").filter(Boolean);
}
