import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { createStudy } from "./open-study.ts";
import { float, searchSpace } from "../space/index.ts";
import { random } from "../../strategies/index.ts";

const space = searchSpace({ x: float(0, 1), y: float(0, 1) });

test("of several metrics one is meant by its name or its place, even one that is named like a place", async (t) => {
  const metrics = { loss: "minimize", 0: "maximize" } as const;
  const study = await createStudy({ name: "two", space, metrics, strategy: random() });
  const places = study.metricNames!.map((name) => name === "loss");
  await study.optimize(({ params }) => places.map((isLoss) => (isLoss ? params.x : params.y)), {
    trials: 40,
  });
  const most = (metric: string | number) => study.importance({ metric }).importance[0].name;
  t.is(most("loss"), "x");
  t.is(most("0"), "y", "the name comes first");
  t.is(most(places.indexOf(true) === 1 ? 1 : 0), places.indexOf(true) === 1 ? "x" : "y");
  const refused = (metric: string | number | undefined, message: RegExp) =>
    t.throws(() => study.importance({ metric }), { instanceOf: HpoError, message });
  refused(undefined, /has 2 metrics\. Name the one that is meant: /);
  for (const wrong of ["los", "", -1, 2, 0.5]) refused(wrong, new RegExp(`no metric "${wrong}"`));
});

test("one metric needs no name, and may be given its own", async (t) => {
  const study = await createStudy({ name: "one", space, strategy: random() });
  await study.optimize(({ params }) => params.y, { trials: 30 });
  for (const metric of [undefined, 0, "0"]) t.is(study.importance({ metric }).importance[0].name, "y"); // prettier-ignore
  t.throws(() => study.importance({ metric: 1 }), { message: /no metric "1"/ });
});
