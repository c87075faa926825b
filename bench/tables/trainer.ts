import { join } from "node:path";
import { startLineProcess } from "../peers/line-process.ts";
import { pythonCommand } from "../peers/python.ts";
import { selectBackend } from "../../src/tfjs/index.ts";
import type { Params } from "../../src/space/index.ts";
import { tablesFolder, type TableSpec } from "./table-spec.ts";
import { tfjsTraining } from "./tfjs-trainings.ts";

/** Trains a table's settings anew. */
export interface Trainer {
  /** The validation loss after the table's budget; null if it diverged. */
  run(params: Params, seed: number): Promise<number | null>;
  close(): void;
}

/** In this process or in HPO_PYTHON's, whichever trained the table. */
export async function startTrainer(spec: TableSpec): Promise<Trainer> {
  if (spec.framework === "tfjs") {
    await selectBackend("wasm");
    return { ...tfjsTraining(spec), close: () => undefined };
  }
  const program = join(tablesFolder, "generate.py");
  const python = startLineProcess(pythonCommand(), [program, "--serve", spec.name], process.env);
  await python.greeting;
  return {
    run: async (setting, seed) => (await python.ask({ setting, seed })) as number | null,
    close: () => python.close(),
  };
}
