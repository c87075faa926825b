import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { medianOf } from "../../src/numerics/quantile.ts";
import type { EngineRow } from "./engine-row.ts";

const TURNS = 15;

/** How long a program waits for a trial that it asks `hpo study serve --stdio` for, after one that it told. */
export async function stdioRow(main: string, url: string, strategy: string): Promise<EngineRow> {
  const args = [main, "study", "serve", "--stdio", "--storage", url];
  const server = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const call = async (question: object): Promise<string> => {
    server.stdin.write(`${JSON.stringify(question)}\n`);
    return String((await answers.next()).value);
  };
  await call({ id: "open", do: "open", study: "look" });
  const times: number[] = [];
  for (let turn = 0; turn <= TURNS; turn++) {
    const start = performance.now();
    const { answer } = JSON.parse(await call({ id: `ask ${turn}`, do: "ask" })) as {
      answer: readonly { readonly number: number }[];
    };
    times.push(performance.now() - start);
    await call({ id: `tell ${turn}`, do: "tell", number: answer[0].number, values: [turn] });
  }
  server.stdin.end();
  // The first one reads the trials, and fits all that the later ones begin with.
  const value = medianOf(times.slice(1));
  const what = `ask over stdio at 1,000 trials, ${strategy}`;
  return { what, value, unit: "ms", bar: "≤ 30", holds: value <= 30 };
}
