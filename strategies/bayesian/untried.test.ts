import test from "ava";
import { domainOf } from "../../src/acquisition/domain.ts";
import { float, int, searchSpace } from "../../src/space/index.ts";
import { listPoints } from "./untried.ts";

test("a finite space is listed up to 2,000 points, a float that is fixed or has steps among them", (t) => {
  const count = (space: ReturnType<typeof searchSpace>) =>
    listPoints(domainOf(space))?.points.length;
  t.is(count(searchSpace({ n: int(1, 5), fixed: float(0.5, 0.5) })), 5);
  t.is(count(searchSpace({ n: int(1, 5), x: float(0, 1, { step: 0.5 }) })), 15);
  t.is(count(searchSpace({ n: int(1, 5), x: float(0, 1) })), undefined);
  t.is(count(searchSpace({ n: int(1, 2000) })), 2000);
  t.is(count(searchSpace({ n: int(1, 2001) })), undefined);
});
