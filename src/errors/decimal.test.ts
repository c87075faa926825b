import test from "ava";
import { decimalIn } from "./decimal.ts";

test("a number is read in decimal alone", (t) => {
  const read = {
    "12": 12,
    "-0.5": -0.5,
    " 1e-3 ": 1e-3,
    "+.5": 0.5,
    "3.": 3,
    "1E2": 100,
    "010": 10,
  };
  for (const [text, number] of Object.entries(read)) t.is(decimalIn(text), number, text);
  for (const text of [
    "",
    " ",
    "0x1F",
    "0b11",
    "0o17",
    "1_000",
    "1e",
    "Infinity",
    "nan",
    "1 2",
    "３",
  ]) {
    t.is(decimalIn(text), NaN, text);
  }
});
