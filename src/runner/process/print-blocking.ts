import { Writable } from "node:stream";
import { writeAll } from "../../system/write-all.ts";

/*
 * Imported for its effect, before anything that uses stdout: makes printing blocking. Node's own
 * stdout buffers what a full pipe does not take until the objective yields, and loses it if the
 * process dies before; it also makes the pipe non-blocking for native code and child processes.
 */
for (const [name, descriptor] of [["stdout", 1] as const, ["stderr", 2] as const]) {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      writeAll(descriptor, chunk);
      done();
    },
  });
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    value: Object.assign(stream, { fd: descriptor }),
  });
}
