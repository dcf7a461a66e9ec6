// What cannot run, put together for people: one line a cause, however many nodes of a network share it.
import type { Unsupported } from './importer';

/** Nodes of one operation that cannot run for one reason, in the order of the file. */
export interface UnsupportedKind extends Pick<Unsupported, 'op' | 'why'> {
  readonly nodes: readonly string[];
}

/** The kinds of what cannot run, in the order in which the first of each comes. */
export function kindsOf(unsupported: readonly Unsupported[]): readonly UnsupportedKind[] {
  const kinds = new Map<string, { op: string; why: string; nodes: string[] }>();
  for (const { node, op, why } of unsupported) {
    const key = `${op}\n${why}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { op, why, nodes: [node] });
    else kind.nodes.push(node);
  }
  return [...kinds.values()];
}
