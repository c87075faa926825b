import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ENVIRONMENT = "docs/reference/environment.md";
const ERRORS = "docs/reference/errors.md";

/** Environment variables and classes of errors that the reference does not name. */
export function faultsOfNames() {
  const sources = ["src", "strategies", "bench"].flatMap((root) =>
    readdirSync(root, { recursive: true })
      .filter((file) => /\.(ts|py)$/.test(file) && !/\.test\.ts$/.test(file))
      .map((file) => readFileSync(join(root, file), "utf8")),
  );
  const variables = new Set(sources.flatMap((text) => text.match(/\bHPO_[A-Z_]*[A-Z]\b/g) ?? []));
  const index = readFileSync("src/index.ts", "utf8");
  const classes = readFileSync("src/errors/errors.ts", "utf8").matchAll(/^export class (\w+)/gm);
  const exported = [...classes].map(([, name]) => name).filter((name) => index.includes(name));
  return [...missing(ENVIRONMENT, variables), ...missing(ERRORS, exported)];
}

function missing(page, names) {
  const text = readFileSync(page, "utf8");
  return [...names]
    .filter((name) => !text.includes(`\`${name}\``))
    .map((name) => `${page}: ${name} is not there`);
}
