import test from "ava";
import { fieldAt, rowsPath } from "./field-path.ts";

const content = {
  eval: { loss: 0.5, "": 1 },
  "eval.loss": 0.75,
  log: [{ loss: 3 }, { loss: 2 }],
  none: null,
};

test("a key as it is comes before a way of the same letters", (t) => {
  t.deepEqual(fieldAt(content, "eval.loss"), { value: 0.75 });
  t.deepEqual(fieldAt({ eval: content.eval }, "eval.loss"), { value: 0.5 });
  t.deepEqual(fieldAt(content, ""), { value: content });
});

test("lists are gone into by a number, from the end as well, objects by their own keys", (t) => {
  t.deepEqual(fieldAt(content, "log[0].loss"), { value: 3 });
  t.deepEqual(fieldAt(content, "log[-1].loss"), { value: 2 });
  t.deepEqual(fieldAt([[1, 2]], "[0][1]"), { value: 2 });
  t.deepEqual(fieldAt(content, "none"), { value: null });
  t.true("problem" in fieldAt(content, "toString"));
});

test("what is not there is told with where it was looked for", (t) => {
  const problem = (path: string, of: unknown = content) => {
    const found = fieldAt(of, path);
    return "problem" in found ? found.problem : "";
  };
  t.regex(problem("eval.los"), /^there is no "los" in eval\. .*"loss"/);
  t.regex(problem("lss", { loss: 1 }), /^there is no "lss"\. .*"loss"/);
  t.regex(problem("eval[0]"), /^there is no "\[0\]" in eval\. /);
  t.regex(problem("none.loss"), /^there is no "loss" in none, which is null$/);
  t.regex(
    problem("log.loss"),
    /in log: log is a list of 2\. Write log\[-1\] for its last item, log\[\*\] for each$/,
  );
  t.regex(problem("loss", [1]), /^there is no "loss": it is a list of 1\. Write \[-1\] for/);
  // Not of the list's own making.
  t.regex(problem("log.length"), /^there is no "length" in log: /);
  t.regex(problem("log[2]"), /^there is no "\[2\]" in log: /);
  t.regex(problem("[0]", "text"), /^there is no "\[0\]", which is "text"$/);
});

test("a path through each object of a list has the list before it and the field behind it", (t) => {
  t.deepEqual(rowsPath("log[*].loss"), { list: "log", field: "loss" });
  t.deepEqual(rowsPath("log[].loss"), { list: "log", field: "loss" });
  t.deepEqual(rowsPath("[*].a.b"), { list: "", field: "a.b" });
  t.deepEqual(rowsPath("log[*]"), { list: "log", field: "" });
  t.is(rowsPath("log[-1].loss"), undefined);
});
