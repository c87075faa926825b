import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import util from "node:util";
import { HpoError } from "../errors/errors.ts";

/** The optional packages that bind TensorFlow's C library. */
export const nativePackages = {
  node: "@tensorflow/tfjs-node",
  "node-gpu": "@tensorflow/tfjs-node-gpu",
} as const;

export type NativeName = keyof typeof nativePackages;

const require = createRequire(import.meta.url);

/** Whether the package can be found from here; it may still fail to load. */
export function isNativeInstalled(name: NativeName): boolean {
  try {
    require.resolve(nativePackages[name]);
    return true;
  } catch {
    return false;
  }
}

/** GPUs that a CUDA program started by this process would see. */
export function visibleGpuCount(): number {
  const listed = process.env.CUDA_VISIBLE_DEVICES;
  const present = existsSync("/dev/nvidiactl")
    ? readdirSync("/dev").filter((file) => /^nvidia\d+$/.test(file)).length
    : 0;
  if (listed === undefined) return present;
  const chosen = listed.split(",").filter((id) => id.trim() !== "" && id.trim() !== "-1");
  return Math.min(present, chosen.length);
}

/** tfjs-node 4.22 calls two functions that Node 23 removed from node:util. */
export function restoreRemovedUtilities(target: object = util): void {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: (value: unknown) => Array.isArray(value),
  };
  for (const [name, value] of Object.entries(removed)) {
    if (name in target) continue;
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
}

/**
 * Loads the native package, which registers the tfjs back-end "tensorflow".
 *
 * @throws HpoError with how to install it, or with why it does not load
 */
export async function loadNative(name: NativeName): Promise<void> {
  const packageName = nativePackages[name];
  if (!isNativeInstalled(name)) {
    throw new HpoError(
      `The back-end "${name}" needs the package ${packageName}, which is not installed. ` +
        `Run: npm install ${packageName}@4.22.0 (its install script downloads libtensorflow), ` +
        `or use the back-end "wasm", which needs nothing.`,
    );
  }
  restoreRemovedUtilities();
  // Without growth the first process takes the whole GPU memory.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  try {
    await import(packageName);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HpoError(
      `${packageName} is installed but does not load: ${reason.split("\n")[0]} ` +
        `Rebuild it with: npm rebuild ${packageName} --build-addon-from-source`,
      { cause },
    );
  }
}
