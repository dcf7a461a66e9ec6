// The one way in which a reader says that something cannot run on the page although the file is in order. What is wrong with
// a file as a whole is an `ImportError` (importer.ts).
import type { Unsupported } from './importer';

/** Why a part of a network cannot be brought over, and what to do: a line of `Inspection.unsupported`. Both are sentences. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly why: string,
    readonly next: string,
  ) {
    super(`${why} ${next}`);
  }

  /** The line of the card about a node. */
  of(node: string, op: string): Unsupported {
    return { node, op, why: this.message };
  }
}

/** @throws Refusal */
export function refuse(why: string, next: string): never {
  throw new Refusal(why, next);
}
