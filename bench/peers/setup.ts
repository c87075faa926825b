import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { HpoError } from "../../src/errors/errors.ts";
import { parseNames } from "../compare/options.ts";
import { packageRoot } from "../package-root.ts";
import { OPTUNA_SAMPLERS } from "./optuna.ts";
import { VENV } from "./python.ts";

/** Packages that one sampler alone needs. */
const OWN_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  gp: ["torch", "scipy"],
  qmc: ["scipy"],
  cmaes: ["cmaes"],
};

/** Makes .bench/venv and installs what bench/peers/requirements.txt names. */
export async function setupPeers(samplerList: string): Promise<void> {
  const samplers = parseNames("--samplers", samplerList, OPTUNA_SAMPLERS);
  const text = await readFile(join(packageRoot, "bench", "peers", "requirements.txt"), "utf8");
  const packages = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const wanted = new Set(samplers.flatMap((sampler) => OWN_PACKAGES[sampler] ?? []));
  const others = new Set(Object.values(OWN_PACKAGES).flat());
  const needed = packages.filter((name) => wanted.has(name) || !others.has(name));
  await execute("python3", ["-m", "venv", VENV]);
  try {
    await execute(join(VENV, "bin", "python"), ["-m", "pip", "install", ...needed]);
  } catch (error) {
    // Half of it would stand before a python3 that may have all.
    await rm(VENV, { recursive: true });
    throw error;
  }
}

async function execute(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: "inherit" });
  const [code] = (await once(child, "close").catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HpoError(
      `"${command}" can't be run (${reason}). Install Python 3 with venv and pip.`,
    );
  })) as [number | null];
  if (code !== 0) {
    throw new HpoError(
      `"${command} ${args.join(" ")}" ended with exit code ${code}. Its output above says why; ` +
        "or set HPO_PYTHON to a Python that has the packages.",
    );
  }
}
