import { PRIOR_BUDGET, type ProbeOptions } from "../probe.ts";
import {
  parseProbeAnswer,
  type ProbeAnswer,
  type ProbeTransport,
  type Greeting,
  type ProbeQuestion,
} from "../probe-protocol.ts";

/** What was asked for one measurement: it counts the gradients and keeps what was said. */
export class RemoteMeasurement {
  readonly greeting: Greeting;
  readonly options: ProbeOptions;
  readonly assumptions = new Set<string>();
  readonly warnings: string[] = [];
  readonly #transport: ProbeTransport;
  readonly #budget: number;
  #gradients = 0;
  #products = 0;

  constructor(transport: ProbeTransport, greeting: Greeting, options: ProbeOptions) {
    this.greeting = greeting;
    this.options = options;
    this.#transport = transport;
    this.#budget = options.budget ?? PRIOR_BUDGET;
  }

  /** Who is asked. */
  get name(): string {
    return this.#transport.name;
  }

  /** Gradients and Hessian-vector products so far. */
  get cost(): { readonly gradients: number; readonly products: number } {
    return { gradients: this.#gradients, products: this.#products };
  }

  /** Gradients that are left of the budget. */
  get left(): number {
    return this.#budget - this.#gradients;
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  leaveOut(what: string): undefined {
    this.warn(`${what} was left out: it did not fit into ${this.#budget} gradients`);
    return undefined;
  }

  /** @throws HpoError on an answer that is not of the protocol */
  async ask<Ask extends ProbeQuestion["ask"]>(
    question: ProbeQuestion & { readonly ask: Ask },
  ): Promise<ProbeAnswer<Ask>> {
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.(DOING[question.ask], this.#gradients);
    const json = await this.#transport.ask(question);
    const answer = parseProbeAnswer(question.ask, json, this.name) as ProbeAnswer<Ask>;
    this.#gradients += answer.gradients;
    this.#products += answer.products;
    for (const assumption of answer.assumptions) this.assumptions.add(assumption);
    return answer;
  }
}

const DOING: Readonly<Record<ProbeQuestion["ask"], string>> = {
  gradient: "loss and gradient",
  warm: "second moment",
  update: "directional edge",
  lanczosStart: "sharpness",
  lanczosStep: "sharpness",
  power: "power iteration",
  noise: "noise scale",
  trace: "trace",
  rangeTest: "range test",
};
