// Layers of residual blocks that a paper gives one width: DNAS all layers of a block, MTGP a shortcut and the first layer of
// the block around which it leads. A block ends at a sum; its layers lie on only some of the paths that lead there.
import { type Architecture, isLayer } from './network';

/** Which layers share a width: none; each shortcut with its block's first layer; all layers of a block. */
export type TieRule = 'none' | 'shortcuts' | 'blocks';

/** Ids of the layers on each path of a block and on none of the others, in execution order. */
type Paths = readonly (readonly string[])[];

function pathsOf({ nodes }: Architecture): Paths[] {
  const before = new Map<string, ReadonlySet<string>>();
  const paths: Paths[] = [];
  for (const { id, op, inputs } of nodes) {
    const sources = inputs.map((input) => before.get(input) as ReadonlySet<string>);
    before.set(id, new Set([id, ...sources.flatMap((source) => [...source])]));
    if (op !== 'add') continue;
    const own = (source: ReadonlySet<string>) =>
      nodes.flatMap((node) =>
        isLayer(node) && source.has(node.id) && !sources.every((other) => other.has(node.id)) ? [node.id] : [],
      );
    paths.push(sources.map(own));
  }
  return paths;
}

/** The groups of layers that share a width by a rule, of two layers or more; no layer is in two. */
export function tiesOf(architecture: Architecture, rule: TieRule): string[][] {
  if (rule === 'none') return [];
  const taken = new Set<string>();
  return pathsOf(architecture).flatMap((paths) => {
    const [first] = paths.toSorted((a, b) => b.length - a.length);
    const shortcuts = paths.filter((path) => path.length < first.length).flat();
    const wanted = rule === 'blocks' ? paths.flat() : [first[0], ...shortcuts];
    // Of blocks within blocks, the inner one comes first.
    const group = [...new Set(wanted)].filter((id) => id !== undefined && !taken.has(id));
    if (group.length < 2) return [];
    for (const id of group) taken.add(id);
    return [group];
  });
}
