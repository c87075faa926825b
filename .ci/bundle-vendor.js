// Puts libraries of many files into the one compiled file that names what is used of them: reading
// hundreds of files is most of the time in which a command starts.
import { readFileSync } from "node:fs";
import { build } from "esbuild";

for (const library of ["kysely", "zod"]) {
  const file = `dist/src/vendor/${library}.js`;
  const license = `/*!\n${readFileSync(`node_modules/${library}/LICENSE`, "utf8")}*/`;
  const isBundled = readFileSync(file, "utf8").startsWith(license);
  if (isBundled) continue;
  await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: license },
    logLevel: "warning",
  });
}
