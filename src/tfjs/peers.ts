import { createRequire } from "node:module";
import { HpoError } from "../errors/errors.ts";

const PACKAGES = [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-layers",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-cpu",
];

/** @throws HpoError with the line that installs TensorFlow.js, where a part of it is not installed */
export function requireTensorFlow(): void {
  const { resolve } = createRequire(import.meta.url);
  const missing = PACKAGES.filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  throw new HpoError(
    `hpo/tfjs needs TensorFlow.js, and ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} ` +
      `not installed beside hpo. Run: npm install ${PACKAGES.map((name) => `${name}@4`).join(" ")}`,
  );
}
