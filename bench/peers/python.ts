import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

/** Where `setup-peers` puts a Python with the peers' packages. */
export const VENV = join(packageRoot, ".bench", "venv");

const venvPython = join(VENV, "bin", "python");

/** HPO_PYTHON, or the one that `setup-peers` made, or python3. */
export const pythonCommand = (): string =>
  process.env.HPO_PYTHON ?? (existsSync(venvPython) ? venvPython : "python3");
