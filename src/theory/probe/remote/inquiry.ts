import { PRIOR_BUDGET, type ProbeOptions } from "../probe.ts";
import {
  parseAnswer,
  type Answer,
  type Conversation,
  type Greeting,
  type Question,
} from "../conversation.ts";

/** What was asked for one measurement: it counts the gradients and keeps what was said. */
export class Inquiry {
  readonly greeting: Greeting;
  readonly options: ProbeOptions;
  readonly assumptions = new Set<string>();
  readonly warnings: string[] = [];
  readonly #conversation: Conversation;
  readonly #budget: number;
  #gradients = 0;
  #products = 0;

  constructor(conversation: Conversation, greeting: Greeting, options: ProbeOptions) {
    this.greeting = greeting;
    this.options = options;
    this.#conversation = conversation;
    this.#budget = options.budget ?? PRIOR_BUDGET;
  }

  /** Who is asked. */
  get name(): string {
    return this.#conversation.name;
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
  async ask<Ask extends Question["ask"]>(
    question: Question & { readonly ask: Ask },
  ): Promise<Answer<Ask>> {
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.(DOING[question.ask], this.#gradients);
    const json = await this.#conversation.ask(question);
    const answer = parseAnswer(question.ask, json, this.name) as Answer<Ask>;
    this.#gradients += answer.gradients;
    this.#products += answer.products;
    for (const assumption of answer.assumptions) this.assumptions.add(assumption);
    return answer;
  }
}

const DOING: Readonly<Record<Question["ask"], string>> = {
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
