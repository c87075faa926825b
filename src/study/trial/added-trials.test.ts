import test from "ava";
import { createStudy, float, HpoError, oneOf, searchSpace } from "../../index.ts";
import { floatDistribution } from "../../space/index.ts";
import { random } from "../../../strategies/index.ts";

// A user would miss: a history from elsewhere that is taken as it is, or refused with the reason.

const space = searchSpace({
  x: float(-1, 1),
  ...oneOf("kind", { a: { size: float(0, 1) }, b: { width: float(0, 1) } }),
});
const newStudy = () => createStudy({ name: "s", space, strategy: random() });
const params = { x: 0.5, kind: "a", size: 0.1 };

test("what no trial can be is refused by name, and nothing is added", async (t) => {
  const study = await newStudy();
  const wrong: [trial: object, message: RegExp][] = [
    [{ params: { x: NaN }, result: 1 }, /"x"=NaN must be float -1 … 1/],
    [{ params: null, result: 1 }, /params=null must be an object/],
    [{ params: { x: 0, kind: "b", size: 1 }, result: 1 }, /"size" exists only when kind is "a"/],
    [{ params: { x: 0, size: 1 }, result: 1 }, /"size" exists only when kind is "a"/],
    [{ params }, /returned nothing/],
    [{ params, result: NaN }, /the result is NaN/],
    [{ params, result: 1, value: 2 }, /no option "value"/],
    [{ params, result: 1, state: "done" }, /state="done" must be one of complete, pruned, failed/],
    [{ params, result: 1, startedAt: new Date(NaN) }, /startedAt=.* must be a valid Date/],
    [{ params, result: 1, completedAt: "2020-01-01" }, /completedAt="2020-01-01" must be a valid/],
    [
      { params, result: 1, startedAt: new Date(9), completedAt: new Date(8) },
      /completedAt="1970.* must be no earlier than startedAt/,
    ],
    [{ params, result: 1, constraints: [NaN] }, /constraints=.* must be a list of numbers/],
    [{ params, result: 1, constraints: ["1"] }, /constraints=/],
    [{ params, result: 1, constraints: 3 }, /constraints=3 must be a list/],
    [{ params, state: "failed", failure: { reason: "bad", message: "" } }, /failure.reason="bad"/],
    [{ params, state: "failed", failure: { reason: "lost" } }, /failure.message=undefined must be/],
    [{ params, state: "failed", failure: "lost" }, /failure.reason=undefined/],
    [{ params, result: 1, failure: { reason: "lost", message: "" } }, /complete trial has no fail/],
    [{ params, result: 1, userAttrs: { a: 1n } }, /userAttrs\.a: the value is 1n/],
    [{ params, result: 1, reports: [{ step: -1, value: 1 }] }, /step=-1 must be an integer/],
    [{ params, result: 1, reports: [{ step: 1, value: "1" }] }, /step 1="1" must be a number/],
    [
      {
        params,
        result: 1,
        reports: [
          { step: 1, value: 1 },
          { step: 1, value: 2 },
        ],
      },
      /two reports/,
    ],
    [{ params, result: 1, reports: 5 }, /reports=5 must be a list/],
  ];
  for (const [trial, message] of wrong) {
    const adding = study.addTrials([{ params, result: 1 }, trial as never]);
    await t.throwsAsync(adding, { instanceOf: HpoError, message });
  }
  await t.throwsAsync(study.addTrials(params as never), { message: /must be a list of trials/ });
  t.is(study.trials().length, 0);
});

test("what is right is kept, and a pruned one with NaN at its end diverged", async (t) => {
  const study = await newStudy();
  const times = { startedAt: new Date(1000), completedAt: new Date(2000) };
  const failure = { reason: "diverged", message: "It blew up.", cause: "explosion" } as const;
  const added = await study.addTrials([
    { params, result: -Infinity, constraints: [-1, Infinity], ...times },
    { params: { z: 5 }, distributions: { z: floatDistribution(0, 9) }, result: 2 },
    { params, state: "failed", failure },
    {
      params,
      state: "pruned",
      reports: [
        { step: 3, value: NaN },
        { step: 1, value: 1 },
      ],
    },
    { params, state: "pruned", reports: [{ step: 1, value: 1 }], completedAt: new Date(5) },
  ]);
  t.like(added[0], { values: [-Infinity], constraints: [-1, Infinity], ...times });
  t.deepEqual(added[1].params, { z: 5 });
  t.like(added[2], { state: "failed", failure });
  t.like(added[3], { state: "failed", failure: { reason: "diverged", step: 3 } });
  t.like(added[4], { state: "pruned", values: [1], startedAt: new Date(5) });
});
