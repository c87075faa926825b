import test from "ava";
import { formatBytes, parseBytes } from "./byte-size.ts";

test("a size is a number of bytes, with or without a unit, to the nearest byte", (t) => {
  const sizes: readonly (readonly [string | number, number])[] = [
    [4096, 4096],
    ["4096", 4096],
    [" 512MB ", 512e6],
    ["4 GiB", 4 * 2 ** 30],
    ["1.5kib", 1536],
    [".5KB", 500],
    ["1.0000001MB", 1_000_000],
    [1.5, 2],
    ["1TiB", 2 ** 40],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ];
  for (const [given, bytes] of sizes) t.is(parseBytes("memoryLimit", given), bytes, String(given));
});

test("what is no size is refused by name and value", (t) => {
  const wrong = [0, 0.4, -1, NaN, Infinity, 2 ** 53, "", "0MB", "0.4B", "-1GB", "1e3MB", "4 GiBi"];
  for (const given of [...wrong, "4 G", "1,5GB", "9999999TiB", null as never, [] as never]) {
    const { message } = t.throws(() => parseBytes("memoryLimit", given), undefined, String(given));
    t.true(message.startsWith("memoryLimit="), message);
    t.regex(message, /must be a size of at least 1 byte\. Give 512MB, 4GiB, or bytes\.$/);
  }
});

test("bytes are shown with three digits in the largest unit that fits", (t) => {
  const shown = [0, 1, 1023, 1024, 1536, 2 ** 20 - 1, 4_509_715_660, 2 ** 40, 2 ** 51].map(
    formatBytes,
  );
  t.deepEqual(shown, [
    "0 B",
    "1 B",
    "1023 B",
    "1 KiB",
    "1.5 KiB",
    "1024 KiB",
    "4.2 GiB",
    "1 TiB",
    "2048 TiB",
  ]);
});
