// Groups unsupported parts for display: one line per cause, however many nodes of a network share the cause.
import type { Unsupported } from './importer';

/** Nodes of one operation that cannot run for one reason, in file order. */
export interface UnsupportedKind extends Pick<Unsupported, 'op' | 'why'> {
  readonly nodes: readonly string[];
}

/** The kinds of unsupported parts, in the order of their first nodes. */
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
