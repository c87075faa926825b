/** The most asks that are answered together. */
const GROUP = 64;

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the asks of one turn of the event loop, and those that come while earlier ones are being
 * answered, and answers them together in their order.
 */
export class AskQueue<Ask, Answer> {
  readonly #answer: (asks: readonly Ask[]) => Promise<readonly Answer[]>;
  #waiting: Waiting<Ask, Answer>[] = [];
  #isServing = false;

  /** @param answer answers the first asks of those that it is given: at least one */
  constructor(answer: (asks: readonly Ask[]) => Promise<readonly Answer[]>) {
    this.#answer = answer;
  }

  push(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      if (this.#isServing) return;
      this.#isServing = true;
      setImmediate(() => void this.#serve());
    });
  }

  async #serve(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, GROUP);
      try {
        const answers = await this.#answer(group.map(({ ask }) => ask));
        this.#waiting = this.#waiting.slice(answers.length);
        answers.forEach((answer, index) => group[index].resolve(answer));
      } catch (error) {
        this.#waiting = this.#waiting.slice(group.length);
        for (const { reject } of group) reject(error);
      }
    }
    this.#isServing = false;
  }
}
