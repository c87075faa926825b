import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { readText, textOfBytes } from "./text-file.ts";

const TEXT = "name: d\nchoices: [café, ü]\n";

test("a text is read in UTF-8, or in UTF-16 with its mark", async (t) => {
  const swapped = Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16();
  const written = {
    "UTF-8": Buffer.from(TEXT),
    "UTF-8 with a mark": Buffer.from(`\uFEFF${TEXT}`),
    "UTF-16 LE": Buffer.from(`\uFEFF${TEXT}`, "utf16le"),
    "UTF-16 BE": swapped,
  };
  const path = join(await tempFolder(t), "study.yaml");
  for (const [encoding, bytes] of Object.entries(written)) {
    writeFileSync(path, bytes);
    t.is(readText(path), TEXT, encoding);
  }
  t.is(textOfBytes(Buffer.alloc(0), path), "");
});

test("a text in another encoding is refused with its line, as that would read", (t) => {
  const refused = (bytes: Buffer, message: RegExp) =>
    t.throws(() => textOfBytes(bytes, "study.yaml"), { instanceOf: HpoError, message });
  refused(
    Buffer.from(TEXT, "latin1"),
    /^study\.yaml:2: .*not in UTF-8 \("choices: \[café, ü\]"\).*iconv/,
  );
  refused(Buffer.from([0x61, 0xff]), /^study\.yaml:1: /);
  refused(Buffer.from([0x0a, 0xc3, 0x0a, 0xa9]), /^study\.yaml:2: /);
});
