import test from "ava";
import { logShare, shareSd } from "./batch-law.ts";
import { beliefAt, rateBelief } from "../prior/rate-belief.ts";
import { saturatingRate } from "./rate-law.ts";
import { momentumSurgePeak, momentumSurgeRate, smallBatchSurgeRate } from "./surge.ts";
import { close } from "../testing/close.ts";

const share = (...args: Parameters<typeof logShare>): number => Math.exp(logShare(...args));

test("the shares are those of the laws that are fitted elsewhere", (t) => {
  for (const batch of [1, 8, 64, 512]) {
    close(
      t,
      share({ kind: "saturating", noiseScale: 64 }, batch),
      saturatingRate(batch, 1, 64),
      1e-12,
    );
    close(
      t,
      share({ kind: "rootSaturating", noiseScale: 64 }, batch),
      saturatingRate(batch, 1, 64, 0.5),
      1e-12,
    );
  }
});

test("the surge is Adam's law with momentum, with its peak; far below the noise the small-B form", (t) => {
  const surge = { gradientSum: 3, trace: 2, signCurvature: 40, beta1: 0.9, noiseScale: 1000 };
  const damped = (0.1 / 1.9) * 2;
  const turningPoint = Math.sqrt(damped / (40 - damped));
  const law = { kind: "surge", noiseScale: 1000, turningPoint } as const;
  const [a, b] = [4, 300];
  const ratio = momentumSurgeRate(surge, a) / momentumSurgeRate(surge, b);
  close(t, share(law, a) / share(law, b), ratio, 1e-12);
  const peak = momentumSurgePeak(surge)!;
  close(t, share(law, peak), 1, 1e-12);
  t.true(share(law, peak * 2) < 1 && share(law, peak / 2) < 1);
  const small = 1000 * turningPoint * turningPoint;
  close(t, share(law, 0.5), smallBatchSurgeRate(0.5, 1, small), 2e-3);
});

test("what the noise's error makes of a share is nothing where it is anchored", (t) => {
  const law = { kind: "saturating", noiseScale: 64 } as const;
  t.is(shareSd(law, 32, 32), 0);
  t.true(shareSd(law, 8, 32) > 0.1 && shareSd(law, 8, 32) < Math.log(32 / 8));
  // Far below the noise η ∝ B/N: a factor e of N is one of η against the maximum.
  close(t, shareSd(law, 1e-3), 1, 1e-3);
});

const common = {
  referenceBatch: 32,
  budget: "fixedSamples",
  edge: 0.4,
  stabilityEdge: 0.2,
} as const;

test("the literal form: half of 2/λ_max over 1 + B_noise/B", (t) => {
  const law = { kind: "saturating", noiseScale: 64 } as const;
  const belief = rateBelief({ ...common, family: "sgd", centre: "edge", law });
  t.is(belief.source, "halfTheStabilityEdge");
  for (const batch of [4, 32, 1024]) {
    close(t, Math.exp(beliefAt(belief, batch).mean), 0.1 / (1 + 64 / batch), 1e-12);
  }
  t.true(beliefAt(belief, 4).sd > beliefAt(belief, 32).sd);
  const power = rateBelief({ ...common, family: "sgd", centre: "edge" });
  close(t, Math.exp(power.center), 0.1, 1e-12);
});

test("a directional centre keeps its value where it was measured, whatever the law", (t) => {
  const law = { kind: "surge", noiseScale: 50, turningPoint: 0.3 } as const;
  const [plain, moved] = [undefined, law].map((one) =>
    rateBelief({ ...common, family: "adam", ...(one && { law: one }) }),
  );
  close(t, moved.center, plain.center, 1e-12);
  close(t, beliefAt(moved, 8).mean - moved.center, logShare(law, 8) - logShare(law, 32), 1e-12);
});

test("an optimizer without an edge is centred at half of η_c, and without that at the default", (t) => {
  const lion = { ...common, family: "lion", centre: "edge", stabilityEdge: undefined } as const;
  const belief = rateBelief(lion);
  t.is(belief.source, "halfTheDirectionalEdge");
  close(t, Math.exp(belief.center), 0.2, 1e-12);
  const bare = rateBelief({ ...lion, edge: undefined });
  t.is(bare.source, "defaultOnly");
  close(t, Math.exp(bare.center), 1e-4, 1e-12);
});
