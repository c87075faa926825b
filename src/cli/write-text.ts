import { writeFile } from "node:fs/promises";
import { HpoError } from "../errors/errors.ts";

/** @throws HpoError naming the option and the path if the file can't be written */
export async function writeText(
  option: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    throw new HpoError(
      `${option} ${path} can't be written: ${(error as Error).message}. ` +
        "Choose a file in a folder that exists and that this user may write to.",
    );
  }
}
