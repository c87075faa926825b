import test from "ava";
import { parseNotify } from "./notify-options.ts";

test("who is told of a study is a URL or a program, and nothing of a URL is shown but its host", (t) => {
  process.env["HPO_TEST_HOOK"] = "https://example.org/secret";
  t.teardown(() => delete process.env["HPO_TEST_HOOK"]);
  const all = ["best", "end", "error"];
  const receiver = (to: unknown) => parseNotify("w", to as string).receiver;
  t.deepEqual(parseNotify("w", "mail -s 'a b' me"), {
    ...{
      on: all,
      receiver: { kind: "program", words: ["mail", "-s", "a b", "me"], shown: "mail" },
    },
  } as never);
  t.deepEqual(parseNotify("w", { to: ["mail", "a b"], on: ["end"] }), {
    ...{ on: ["end"], receiver: { kind: "program", words: ["mail", "a b"], shown: "mail" } },
  } as never);
  for (const to of ["https://example.org/secret", "HTTPS://example.org/secret", "$HPO_TEST_HOOK"]) {
    t.like(receiver(to), { kind: "url", shown: "example.org" }, to);
  }
  t.is(receiver({ to: ["https://example.org"] }).kind, "program", "a list is a program's words");
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [7, /^w=7 must be a URL/],
    [null, /^w=null must be a URL/],
    [{ to: [] }, /^w: give a URL, or a program/],
    [{ to: [7] }, /^w: give a URL, or a program/],
    [{ to: 7 }, /^w: give a URL, or a program/],
    [{ to: "x", on: ["often"] }, /^w: on="often" must be one of best, end, error/],
    [{ to: "x", every: 1 }, /"every"/],
    ["https://", /^w: this is no URL\. Give https:\/\/HOST\/PATH\.$/],
    ["", /^w is empty/],
    [[""], /^w/],
  ];
  for (const [to, message] of refused)
    t.throws(() => receiver(to), { message }, JSON.stringify(to));
});
