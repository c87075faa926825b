import { TurnLostError } from "../errors/errors.ts";

/**
 * Takes a turn of a study, and again where the database loses it: what is done in it has no other
 * effect than on the turn.
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
