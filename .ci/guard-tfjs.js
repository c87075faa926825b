// Puts a check in the place of dist/src/tfjs/index.js: Node links all imports of a module before
// anything of it runs, so only a module without those of TensorFlow.js can say in words that it is not
// installed. Run by npm run build, after tsc.
import { build } from "esbuild";
import { renameSync, writeFileSync } from "node:fs";

const folder = "dist/src/tfjs";
const { metafile } = await build({
  entryPoints: [`${folder}/exports.js`],
  bundle: true,
  packages: "external",
  format: "esm",
  write: false,
  metafile: true,
  logLevel: "warning",
});
const [{ exports: names }] = Object.values(metafile.outputs);
const code = `import { requireTensorFlow } from "./peers.js";
requireTensorFlow();
export const {
${names.map((name) => `  ${name},\n`).join("")}} = await import("./exports.js");
`;
// Whole or not at all: a process may be reading it.
writeFileSync(`${folder}/index.js.new`, code);
renameSync(`${folder}/index.js.new`, `${folder}/index.js`);
