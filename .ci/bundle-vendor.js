// Puts libraries of many files into the one compiled file that names what is used of them: reading
// hundreds of files is most of the time in which a command starts.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const folder = "dist/src/vendor";
for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
  const file = join(folder, name);
  const library = basename(name, ".js");
  const isBundled = !readFileSync(file, "utf8").includes(`from "${library}"`);
  if (isBundled) continue;
  const license = readFileSync(join("node_modules", library, "LICENSE"), "utf8");
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
    banner: { js: `/*!\n${license}*/` },
    logLevel: "warning",
  });
}
