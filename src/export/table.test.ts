import test from "ava";
import { createStudy, categorical, float, searchSpace } from "../index.ts";
import { csvOf, rowsOf } from "./table.ts";

const space = searchSpace({
  choice: categorical([null, "", "null", "16", 16, "a,b", '"']),
  x: float(0, 1).when("choice", [16]),
});

test("no two columns are one, whatever a study's metrics are called", async (t) => {
  const names = ["failure", "number", "params.x", "metrics.number", "loss"];
  const metrics = Object.fromEntries(names.map((name) => [name, "minimize" as const]));
  const study = await createStudy({ name: "names", metrics, space });
  await study.addTrials([{ params: { choice: 16, x: 0.5 }, result: [1, 2, 3, 4, 5] }]);
  const [row] = rowsOf(study.trials(), study.metricNames);
  t.like(row, {
    number: 0,
    "metrics.failure": 1,
    "metrics.metrics.number": 2,
    "metrics.params.x": 3,
    "metrics.number": 4,
    loss: 5,
    "params.x": 0.5,
    failure: undefined,
  });
  t.is(Object.keys(row).length, 11);
});

test("nothing, null, an empty text and the text of another value are told apart", async (t) => {
  const study = await createStudy({ name: "kinds", space });
  const values = [null, "", "null", "16", 16, "a,b", '"'];
  await study.addTrials(
    values.map((choice) => ({
      params: { choice, ...(choice === 16 && { x: 0 }) },
      result: 0,
    })),
  );
  const rows = rowsOf(study.trials(), study.metricNames);
  t.deepEqual(
    rows.map((row) => row["params.choice"]),
    values,
  );
  const cells = csvOf(rows.map((row) => ({ choice: row["params.choice"], x: row["params.x"] })));
  t.deepEqual(cells.split("\r\n"), [
    "choice,x",
    "null,",
    '"""""",',
    '"""null""",',
    '"""16""",',
    "16,0",
    '"a,b",',
    '"""\\""""",',
    "",
  ]);
});

test("a study whose one metric has no name gives its values in the column value", async (t) => {
  const study = await createStudy({ name: "one", space });
  await study.addTrials([{ params: { choice: "" }, result: 0.25 }]);
  t.is(rowsOf(study.trials(), study.metricNames)[0].value, 0.25);
  t.is(rowsOf(study.trials())[0].value, 0.25);
  t.is(rowsOf(study.trials(), [])[0].value, 0.25);
});
