import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { tempFolder } from "../temp-folder.ts";
import { fuzzers } from "./all.ts";
import { faultOfRefusal, fuzz, isShareRight, type Fuzzer } from "./fuzzer.ts";

// `npm run test:fuzz` takes thousands, of any seed.
const OPTIONS = { seed: 0, limitMs: 5000 };
/** Fewer where each costs ten milliseconds: all of it stays under five seconds of CPU. */
const COUNTS: Readonly<Record<string, number>> = { commands: 60, databases: 60, csv: 100 };

for (const fuzzer of fuzzers) {
  test.serial(`${fuzzer.name}: what is right is kept, what is wrong is told`, async (t) => {
    const count = COUNTS[fuzzer.name] ?? 200;
    const result = await fuzz(fuzzer, { ...OPTIONS, count, folder: await tempFolder(t) });
    t.deepEqual(result.faults, []);
    t.true(isShareRight(result), `${result.accepted} of ${result.count} accepted`);
  });
}

test("a raw error, a refusal that names nothing and a slow input are faults, by their seeds", async (t) => {
  const taking = (name: string, take: () => unknown): Fuzzer => ({
    name,
    draw: () => ({ text: name, names: ["study.yaml"], take }),
  });
  const found = async (take: () => unknown): Promise<string | undefined> => {
    const options = { seed: 7, count: 1, folder: "", limitMs: 20 };
    const [fault] = (await fuzz(taking("one", take), options)).faults;
    t.true(fault === undefined || fault.seed === 7);
    return fault?.what;
  };
  const refusing = (message: string) => () => {
    throw new HpoError(message);
  };
  t.is(await found(() => 1), undefined);
  t.is(await found(refusing("study.yaml:1:2: low is missing.")), undefined);
  t.regex((await found(refusing("Something is wrong.")))!, /names none of \["study\.yaml"\]/);
  t.regex((await found(() => (undefined as unknown as string).length))!, /raw: TypeError/);
  const spin = () => {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 40_000);
  };
  t.regex((await found(spin))!, /it took \d+ ms of CPU time/);
  t.regex(
    faultOfRefusal("study.yaml: x is undefined", ["study.yaml"])!,
    /"undefined" in the error/,
  );
});
