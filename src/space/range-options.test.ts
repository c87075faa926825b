import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { categorical, float, int } from "./parameter.ts";

test("an option that a range does not have is refused, and so is a log that is neither true nor false", (t) => {
  const throws = (declare: () => unknown, message: RegExp) =>
    t.throws(declare, { instanceOf: HpoError, message });
  throws(
    () => float(0.1, 1, { logg: true } as object),
    /^float\(0\.1, 1\): .*"logg"\. Did you mean "log"/,
  );
  throws(() => int(1, 9, { stpe: 2 } as object), /^int\(1, 9\): .*"stpe"\. Did you mean "step"/);
  throws(() => categorical(["a"], { weights: {} } as object), /^categorical: .*"weights"/);
  throws(
    () => float(0.1, 1, { log: "no" as never }),
    /^float\(0\.1, 1\): log="no" must be true or false/,
  );
  throws(() => float(0.1, 1, null as never), /^float\(0\.1, 1\)=null must be an object/);
  t.notThrows(() => float(0.1, 1, { log: undefined, step: 0.1 }));
});
