import test from "ava";
import { example } from "../testing/examples.ts";
import { madeImportance } from "../testing/hostile.ts";
import { studyOf } from "../testing/made-trials.ts";
import { importanceChart, importanceData } from "./importance.ts";

test("the most important stands on top, with its share and what it has with others", (t) => {
  const data = importanceData(studyOf([]), { importance: madeImportance(["lr", "momentum"]) });
  t.deepEqual(data.facts, ["lr matters most, 50 %", "fanova of 60 trials"]);
  const { panels } = importanceChart(data);
  t.like(panels[0].y.scale, { choices: ["momentum", "lr"] });
  const share = panels[0].marks.find(({ name }) => name === "share");
  t.deepEqual(share?.mark === "boxes" && share.boxes.map(([, to]) => to), [0.25, 0.5]);
});

test("many parameters are cut and counted; where nothing can be said, it is said", (t) => {
  const many = madeImportance(Array.from({ length: 40 }, (_, i) => `p${i}`));
  const { importance, facts } = importanceData(studyOf([]), { importance: many });
  t.is(importance.length, 25);
  t.is(facts.at(-1), "15 less important parameters left out");
  const none = { ...madeImportance(["a"]), note: "All values are equal." };
  t.is(importanceData(studyOf([]), { importance: none }).facts[0], "All values are equal.");
});

test("without importances they are computed of the study's trials", (t) => {
  const { importance, facts } = importanceData(example("network"));
  t.is(importance[0].name, "lr");
  t.regex(facts[1], /^fanova of 34 trials/);
});
