// How a reader reports a valid part of a file that cannot run on the page. An error of the file as a whole is an
// `ImportError` (importer.ts).
import type { Unsupported } from './importer';

/** Why a part of a network cannot be imported, and the remedy: a line of `Inspection.unsupported`. Both are sentences. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly why: string,
    readonly next: string,
  ) {
    super(`${why} ${next}`);
  }

  /** The card's line about a node. */
  of(node: string, op: string): Unsupported {
    return { node, op, why: this.message };
  }
}

/** @throws Refusal */
export function refuse(why: string, next: string): never {
  throw new Refusal(why, next);
}
