import test from "ava";
import { parseParams } from "./parse-params.ts";

test("values are JSON, numbers as people write them, or texts", (t) => {
  const given = ["a=3", "b=.5", "c=+0.5", "d=1.", "e=-.5e-3", "f=1e5", "g=true", "h=null"];
  t.deepEqual(parseParams(given), {
    ...{ a: 3, b: 0.5, c: 0.5, d: 1, e: -0.0005, f: 1e5, g: true, h: null },
  });
  const texts = ["a=007", 'b="3"', "c=[1]", "d=.", "e=+", "f=", "g=1.2.3", "h=0x1F", "i=x=1"];
  t.deepEqual(parseParams(texts), {
    ...{ a: "007", b: "3", c: "[1]", d: ".", e: "+", f: "", g: "1.2.3", h: "0x1F", i: "x=1" },
  });
});
