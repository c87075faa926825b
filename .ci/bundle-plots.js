// Puts what plots need of other packages into dist, so that the package depends on none of them, and
// a page and Node draw by the same code: run by npm run build, after tsc.
import { build } from "esbuild";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const source = "src/plots";
const target = "dist/src/plots";

/** Whole or not at all: a process may be reading it. */
function write(file, content) {
  const path = join(target, file);
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

async function bundle(entry, file, options) {
  const { outputFiles } = await build({
    entryPoints: [join(source, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    banner: { js: "/*! bundled */" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
    ...options,
  });
  write(file, outputFiles[0].contents);
}

// A variable for a page, in whose script it stands; exports for Node.
const names = ["liveChart", "measureBy", "registerShape", "staticChart"];
await bundle("drawing/echarts.ts", "drawing/echarts.js", {
  globalName: "hpoCharts",
  footer: { js: `export const { ${names.join(", ")} } = hpoCharts;` },
});
await bundle("drawing/page.ts", "drawing/page.bundle.js", { globalName: "hpoPage" });

await bundle("chart/contours.ts", "chart/contours.js", { format: "esm" });

const bundled = ["echarts", "zrender", "d3-contour", "d3-array", "internmap"];
const licences = bundled.map((name) => {
  const folder = `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const texts = ["LICENSE", ...(name === "echarts" ? ["NOTICE"] : [])].map((file) =>
    readFileSync(`${folder}/${file}`, "utf8").trim(),
  );
  return [`${name} ${version}`, ...texts].join("\n\n");
});
write("LICENSES.txt", `${licences.join(`\n\n${"-".repeat(78)}\n\n`)}\n`);
