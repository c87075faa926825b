import test from "ava";
import { byFrontAndRoom, crowdingDistances } from "./crowding.ts";

test("a point's room is the gap between its neighbours, relative to the range, over all metrics", (t) => {
  const line = [
    [0, 8],
    [1, 4],
    [4, 2],
    [10, 0],
  ];
  t.deepEqual([...crowdingDistances(line)], [Infinity, 4 / 10 + 6 / 8, 9 / 10 + 4 / 8, Infinity]);
  t.deepEqual([...crowdingDistances([[3, 3]])], [Infinity]);
  t.deepEqual([...crowdingDistances([])], []);
});

test("a metric that is equal everywhere, or infinite, gives no room", (t) => {
  const equal = [
    [0, 5],
    [1, 5],
    [2, 5],
    [3, 5],
  ];
  t.deepEqual([...crowdingDistances(equal)], [Infinity, 2 / 3, 2 / 3, Infinity]);
  const infinite = [[0], [1], [2], [Infinity]];
  t.deepEqual([...crowdingDistances(infinite)], [Infinity, 0, 0, Infinity]);
});

test("points stand by front, then by room, then by age", (t) => {
  const points = [
    [5, 5], // behind the third
    [1, 4],
    [2, 2.5],
    [0, 8],
    [10, 0],
    [1, 4], // as good as the second
  ];
  t.deepEqual(byFrontAndRoom(points), [3, 4, 2, 5, 1, 0]);
});
