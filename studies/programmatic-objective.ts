import type { LiveTrial } from "hpo";

interface Params {
  readonly lr: number;
  readonly momentum: number;
  readonly steps: number;
}

/** Heavy-ball gradient descent on ½(x² + 25y²) from (2, 2): the loss at its end. */
export default function objective(trial: LiveTrial<Params>): number {
  const { lr, momentum, steps } = trial.params;
  let [x, y, vx, vy] = [2, 2, 0, 0];
  for (let step = 1; step <= steps; step++) {
    vx = momentum * vx - lr * x;
    vy = momentum * vy - lr * 25 * y;
    x += vx;
    y += vy;
    if (step % 10 === 0) trial.report(0.5 * (x * x + 25 * y * y), step);
  }
  return 0.5 * (x * x + 25 * y * y);
}
