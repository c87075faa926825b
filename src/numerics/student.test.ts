import test from "ava";
import { studentWidth } from "./student.ts";

test("the widths of printed tables", (t) => {
  // scipy 1.17.1, stats.t.ppf(0.5 + p/2, freedom)
  const table = [
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 3, 3.1824463052837078],
    [0.95, 10, 2.228138851986274],
    [0.95, 25, 2.0595385527532972],
    [0.5, 4, 0.7406970841126829],
    [0.99, 7, 3.4994832973504924],
    [0.95, 1000, 1.9623390808264083],
  ];
  for (const [probability, freedom, width] of table) {
    t.true(Math.abs(studentWidth(probability, freedom) / width - 1) < 1e-9, `${freedom}`);
  }
});
