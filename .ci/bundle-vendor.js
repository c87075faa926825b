// Puts libraries of many files into one file each, of what is used of them: reading hundreds of files is most of the
// time in which a command starts. zod takes the place of the compiled file that names what is used; Kysely stands
// beside it, in kysely.cjs, as commands that end at once require it (bundle-quick.js), and its file gives that on.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

for (const [library, format] of [
  ["kysely", "cjs"],
  ["zod", "esm"],
]) {
  const file = `dist/src/vendor/${library}.js`;
  const license = `/*!\n${readFileSync(`node_modules/${library}/LICENSE`, "utf8")}*/`;
  const isBundled = readFileSync(file, "utf8").startsWith(license);
  if (isBundled) continue;
  const outfile = format === "cjs" ? file.replace(/js$/, "cjs") : file;
  await build({
    entryPoints: [file],
    outfile,
    allowOverwrite: true,
    bundle: true,
    format,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: license },
    logLevel: "warning",
  });
  if (format === "esm") continue;
  const names = Object.keys(require(`../${outfile}`)).join(", ");
  writeFileSync(
    file,
    `${license}\nimport all from "./${library}.cjs";\nexport const { ${names} } = all;\n`,
  );
}
