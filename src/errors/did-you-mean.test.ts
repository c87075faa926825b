import test from "ava";
import { didYouMean } from "./did-you-mean.ts";

// A user would miss: the name that they look for, in the list of what there is.

test("all names are told where none is near, up to forty", (t) => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `parameter${i}`);
  t.true(didYouMean("x", names(40)).endsWith('"parameter39".'));
  t.true(didYouMean("x", names(41)).endsWith('"parameter39", ….'));
  t.is(didYouMean("parameter", ["parameters"]), 'Did you mean "parameters"?');
});
