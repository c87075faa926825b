import type { ExecutionContext } from "ava";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";

const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Starts a Chromium that is closed when the test ends: the one that npm brought, else an installed one.
 * Where none starts the test passes and says so in a line on which `.ci/run` fails; it is to return then.
 *
 * @returns playwright's browser, or undefined where there is none
 */
export async function startChromium(
  t: Pick<ExecutionContext, "log" | "pass" | "teardown">,
): Promise<Browser | undefined> {
  const { chromium } = await import("playwright-core");
  const faults: string[] = [];
  for (const pathOf of [npmChromium, async () => installedChromium()]) {
    try {
      const executablePath = await pathOf();
      // The package's own arguments put all pages into one process, which ends with the first of them.
      const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
      t.teardown(() => browser.close());
      return browser;
    } catch (error) {
      faults.push((error as Error).message.split("\n")[0]);
    }
  }
  t.log(`NOT RUN: no Chromium starts. ${faults.join(" ")}`);
  t.pass();
  return undefined;
}

/** Unpacked once for this installation of the package, whole: several tests may start at once. */
async function npmChromium(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("The Chromium of npm is for Linux on x64.");
  }
  const manifest = new URL("../../package.json", import.meta.resolve("@sparticuz/chromium"));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const cache = fileURLToPath(new URL("../../.cache", manifest));
  const folder = join(cache, `chromium-${version}`);
  const path = join(folder, "chromium");
  if (existsSync(path)) return path;

  await mkdir(cache, { recursive: true });
  const unpacked = await mkdtemp(`${folder}-`);
  try {
    // It unpacks into the folder for temporary files, which a process of its own may have of its own.
    const program = `await (await import("@sparticuz/chromium")).default.executablePath()`;
    const environment = { ...process.env, TMPDIR: unpacked };
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL(".", manifest)),
      env: environment,
    });
    await rename(unpacked, folder);
  } catch (error) {
    if (!existsSync(path)) throw error; // else another test was first
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  return path;
}

function installedChromium(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = INSTALLED.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(`None of ${INSTALLED.join(", ")} is in the PATH.`);
  return found;
}
