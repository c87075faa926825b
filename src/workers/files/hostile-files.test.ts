import test from "ava";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../../testing/temp-folder.ts";
import { PROTOCOL } from "../work-protocol.ts";
import { fetchFiles } from "./fetched-files.ts";
import { PART_BYTES } from "./file-protocol.ts";
import { claimOf, farStudy, servedFolder } from "./testing/served-folder.ts";

// A user would miss: a file outside of the folder, written by whoever reaches the coordinator or is one.

test("no path leads out of a trial's folder, and no lease into another trial's", async (t) => {
  const { source, client, url, of, folder } = await servedFolder(t);
  const held = await claimOf(source);
  const data = Buffer.from("evil");
  const sha256 = createHash("sha256").update(data).digest("hex");
  const refusal = async (path: string): Promise<string> => {
    const answer = await client.offer(held, { files: [{ path, bytes: data.length, sha256 }] });
    return answer!.refused[0].why;
  };
  const long = "x".repeat(300);
  for (const path of [
    ...["../evil", "a/../../evil", "/etc/evil", "..", ".", "a/", "a//b", "./a", "a/./b"],
    ...[".hpo/origin.json", ".HPO/stop.json", "a\0b", long, `${"a/".repeat(600)}b`],
  ]) {
    t.regex(await refusal(path), /no file's path within/, path);
  }
  // A link in the coordinator's folder, as a trial that once ran there left it.
  const outside = join(folder, "outside");
  mkdirSync(outside);
  mkdirSync(of(held.number), { recursive: true });
  symlinkSync(outside, join(of(held.number), "link"));
  writeFileSync(join(outside, "stdout.log"), "mine");
  symlinkSync(join(outside, "stdout.log"), join(of(held.number), "stdout.log"));
  t.regex(await refusal("link/evil"), /no folder there/);
  t.regex(await refusal("link"), /a folder or a link/);
  await t.throwsAsync(client.append(held, "stdout.log", 0, data), { message: /or a link there/ });
  await t.throwsAsync(client.append(held, "model.pt", 0, data), { message: /no trial's output/ });
  t.deepEqual(readdirSync(outside), ["stdout.log"]);
  t.is(readFileSync(join(outside, "stdout.log"), "utf8"), "mine");
  await t.throwsAsync(client.read(held, held.number, "../../hpo.db", 0), { message: /no file's/ });
  await t.throwsAsync(client.read(held, held.number, "link/stdout.log", 0), {
    message: /keeps no file/,
  });
  await t.throwsAsync(client.list(held, 7), { message: /does not go on from/ });
  const other = { ...held, lease: "other" };
  t.is(await client.offer(other, { files: [] }), undefined);
  const part = { bytes: data.length, sha256, from: 0, part: data };
  t.is(await client.send(other, part), undefined);
  t.deepEqual(
    await client.send(held, part),
    { kind: "again" },
    "nothing comes that was not offered",
  );
  t.is(await client.list({ number: 99, lease: held.lease }, 99), undefined);

  const put = (query: string, body: Buffer) =>
    fetch(`${url.origin}/v1/studies/${encodeURIComponent(farStudy.name)}/files?${query}`, {
      ...{ method: "PUT", body, headers: { "hpo-protocol": String(PROTOCOL) } },
    });
  const mine = `number=${held.number}&lease=${held.lease}&path=a`;
  const statuses = [
    await put(`${mine}&bytes=9999999&sha256=${sha256}`, Buffer.alloc(PART_BYTES + 1)),
    await put(`${mine}&offer=1`, Buffer.from("{")),
    await put(`${mine}&offer=1`, Buffer.from('{"files": [{ "path": "a", "bytes": -1 }]}')),
    await put(`${mine}&bytes=-1&sha256=${sha256}`, data),
    await put(`${mine}&bytes=1e99&sha256=../../x`, data),
    await put(`${mine}`, data),
    await put(`number=0`, data),
  ].map(({ status }) => status);
  t.deepEqual(statuses, [413, 400, 400, 400, 400, 400, 400]);
  t.false(existsSync(join(of(held.number), "a")));
});

test("what is broken on its way is not kept, and what was cut goes on where it was", async (t) => {
  const { source, client, of } = await servedFolder(t);
  const held = await claimOf(source);
  const data = randomBytes(1000);
  const sha256 = createHash("sha256").update(data).digest("hex");
  const file = { path: "a", bytes: data.length, sha256 };
  const send = (from: number, part: Buffer) => client.send(held, { ...file, from, part });
  const offer = () => client.offer(held, { files: [file] });
  t.deepEqual(await offer(), { missing: [{ path: "a", have: 0 }], refused: [] });
  t.deepEqual(await send(0, data.subarray(0, 400)), { kind: "part", have: 400 });
  t.deepEqual(await send(0, data.subarray(0, 400)), { kind: "part", have: 400 }, "sent twice");
  t.deepEqual(await send(0, Buffer.alloc(0)), { kind: "part", have: 400 }, "asked after a restart");
  t.deepEqual(await send(400, Buffer.alloc(600)), { kind: "part", have: 0 }, "not those bytes");
  t.false(existsSync(join(of(held.number), "a")));
  t.deepEqual(await send(0, data.subarray(0, 10)), { kind: "part", have: 10 });
  t.deepEqual(await offer(), { missing: [{ path: "a", have: 10 }], refused: [] });
  t.deepEqual(await send(10, data.subarray(10)), { kind: "part", have: 1000 });
  t.false(existsSync(join(of(held.number), "a")), "not before it is offered again");
  t.deepEqual(await offer(), { missing: [], refused: [] });
  t.deepEqual(readFileSync(join(of(held.number), "a")), data);
  t.deepEqual(await offer(), { missing: [], refused: [] }, "there already");
});

test("a coordinator that lies writes nothing outside of a worker's folder", async (t) => {
  const folder = await tempFolder(t);
  const held = { number: 0, lease: "l" };
  const data = Buffer.from("evil");
  const sha256 = createHash("sha256").update(data).digest("hex");
  const lying = (path: string, hash = sha256) => ({
    offer: async () => undefined,
    send: async () => undefined,
    append: async () => undefined,
    list: async () => ({ lease: "x", files: [{ path, bytes: 4, sha256: hash }] }),
    read: async () => new Response(data),
  });
  const own = join(folder, "own", "0");
  for (const path of ["../../evil", "/tmp/evil", ".hpo/stop.json"]) {
    await t.throwsAsync(fetchFiles(lying(path), held, 0, own), { message: /no file's path/ });
  }
  await t.throwsAsync(fetchFiles(lying("model", "0".repeat(64)), held, 0, own), {
    message: /does not arrive as the coordinator has it/,
  });
  t.deepEqual(readdirSync(folder), ["own"]);
  t.false(existsSync(join(own, "model")));
});
