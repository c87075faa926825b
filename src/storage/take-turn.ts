import { TurnLostError } from "../errors/errors.ts";

/**
 * Takes a turn of a study, and takes it again each time the database was lost. `take` has no effect
 * but on the turn, as it may run several times.
 */
export async function takeTurn<T>(take: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof TurnLostError)) throw error;
    }
  }
}
