import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createStudy, float, searchSpace } from "../../index.ts";
import { random } from "../../../strategies/index.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import type { NotifyOptions } from "./notify-options.ts";
import { parseNotify } from "./notify-options.ts";

// A user would miss: a study that stopped in the night; worse, one that a dead hook stopped.

const SECRET = "T0KEN-of-a-hook";
const space = searchSpace({ x: float(0, 1) });

async function ran(notify: NotifyOptions | string, isBroken = false) {
  const study = await createStudy({ name: "told", space, strategy: random(), notify });
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const objective = ({ params }: { params: { x: number } }): number => {
    if (isBroken) throw new Error("no data");
    return params.x;
  };
  const stopped = study.optimize(objective, { trials: 5 });
  if (isBroken) await stopped.catch(() => undefined);
  else await stopped;
  return { study, notes };
}

interface Told {
  readonly event: string;
  readonly study: string;
  readonly reason?: string;
  readonly trial?: number;
  readonly best: readonly { readonly number: number; readonly values: readonly number[] }[];
}

/** A receiver that answers with this status. */
async function receiver(t: ExecutionContext, status = 200) {
  const told: { readonly body: Told; readonly authorization?: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      told.push({ body: JSON.parse(text) as Told, authorization: request.headers.authorization });
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  return { told, url: `http://me:${SECRET}@127.0.0.1:${port}/${SECRET}?key=${SECRET}` };
}

test("a URL is told of bests, of the end and of errors, with what the study has come to", async (t) => {
  const { told, url } = await receiver(t);
  const { study, notes } = await ran(url);
  const bodies = told.map(({ body }) => body);
  t.is(bodies.at(-1)!.event, "end");
  t.regex(bodies.at(-1)!.reason!, /5 trials were run/);
  t.is(bodies.at(-1)!.best[0].number, study.best.number);
  t.true(bodies.slice(0, -1).every(({ event }) => event === "best"));
  t.is(told[0].authorization, `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`);
  t.deepEqual(notes, []);
  await ran({ to: url, on: ["error"] }, true);
  t.like(told.at(-1)!.body, { event: "error", reason: "no data", study: "told" });
  t.is(told.length, bodies.length + 1);
});

test("a receiver that refuses, is gone or redirects is told of once, without its secrets", async (t) => {
  for (const status of [500, 302]) {
    const { url } = await receiver(t, status);
    const { study, notes } = await ran(url);
    t.is(study.finished.length, 5);
    t.is(notes.length, 1);
    t.regex(
      notes[0],
      new RegExp(`^notify: 127.0.0.1:\\d+ did not take a notice: it answered ${status}`),
    );
    t.false(notes[0].includes(SECRET));
  }
  const gone = await ran(`http://me:${SECRET}@127.0.0.1:1/${SECRET}`);
  t.is(gone.study.finished.length, 5);
  t.is(gone.notes.length, 1);
  t.false(gone.notes[0].includes(SECRET));
  const error = t.throws(() => parseNotify("notify", `https://[${SECRET}`));
  t.false(error.message.includes(SECRET));
});

test("a program gets it on stdin, word for word, with no shell between", async (t) => {
  const folder = await tempFolder(t);
  const program = join(folder, "tell me.sh");
  writeFileSync(program, `#!/bin/sh\ncat > "$1"\nprintf %s "$2" > "$1.word"\n`);
  chmodSync(program, 0o755);
  const word = "$(touch owned); `id` | x";
  const out = join(folder, "out");
  process.env["HPO_TEST_WORD"] = word;
  t.teardown(() => delete process.env["HPO_TEST_WORD"]);
  const { notes } = await ran({ to: [program, out, "$HPO_TEST_WORD"], on: ["end"] });
  t.deepEqual(notes, []);
  t.is((JSON.parse(readFileSync(out, "utf8")) as Told).event, "end");
  t.is(readFileSync(`${out}.word`, "utf8"), word);
  t.false(existsSync("owned"));
  const fails = await ran({ to: ["false"], on: ["end"] });
  t.regex(fails.notes[0], /notify: false did not take a notice: it ended with 1/);
  const broken = join(folder, "broken");
  writeFileSync(broken, "#!/no/such/interpreter\n");
  chmodSync(broken, 0o755);
  const missing = await ran({ to: [broken], on: ["end"] });
  t.regex(missing.notes[0], /can't be run \(ENOENT\)/);
});

test("a program that is not there is refused before a trial runs", async (t) => {
  const none = join(await tempFolder(t), "none");
  for (const to of ["not a url", "example.com/hook", none]) {
    const study = await createStudy({ name: "told", space, strategy: random(), notify: to });
    const { message } = await t.throwsAsync(study.optimize(() => 1, { trials: 1 }));
    t.regex(
      message,
      /^notify: ".*" is no URL, and there is no .*Give https:\/\/HOST\/PATH, or a/,
      to,
    );
    t.is(study.trials.length, 0);
  }
});

test("a program may be one word, or a line of them", (t) => {
  const words = (to: string | readonly string[]) => parseNotify("notify", { to }).receiver;
  t.deepEqual(words("tell"), { kind: "program", words: ["tell"], shown: "tell" });
  t.deepEqual(words(["tell me"]), { kind: "program", words: ["tell me"], shown: "tell me" });
  t.like(words("tell 'the team' now"), { words: ["tell", "the team", "now"], shown: "tell" });
});

test("what can't be told of is refused before the study begins", (t) => {
  const message = (given: unknown) =>
    t.throws(() => parseNotify("notify", given as string))?.message ?? "";
  t.regex(message({ to: "x", on: ["bset"] }), /notify: on/);
  t.regex(message({ to: [] }), /give a URL, or a program/);
  t.regex(message(""), /is empty/);
  t.regex(message("''"), /is empty/);
  t.regex(message("say hello | tee x"), /shell/);
  t.regex(message("$HPO_TEST_NOT_SET"), /HPO_TEST_NOT_SET is not set/);
  t.regex(message({ to: "x", when: 1 }), /when/);
});
