// Finds the layers that a network can skip: those on a branch parallel to a path without weights, as in a residual block.
// Such a branch is skipped as a whole; its sum is then the value of the other path.
import { type Architecture, isLayer, type NetworkNode } from './network';

/** A part of a network between a fork and a sum, bypassed by a path without weights. */
export interface Branch {
  /** The sum at which the branch ends, and the last node of the branch, which the sum reads. */
  readonly sum: string;
  readonly end: string;
  /** All nodes of the branch. */
  readonly nodes: ReadonlySet<string>;
  /** Its layers in execution order; at least one. */
  readonly layers: readonly string[];
}

const cache = new WeakMap<readonly NetworkNode[], readonly Branch[]>();

/** The branches that can be skipped; of nested branches the smaller comes first. */
export function branchesOf({ nodes }: Architecture): readonly Branch[] {
  const branches = cache.get(nodes) ?? findBranches(nodes);
  cache.set(nodes, branches);
  return branches;
}

function findBranches(nodes: readonly NetworkNode[]): Branch[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const readers = new Map<string, string[]>();
  for (const { id, inputs } of nodes)
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), id]);
  const last = nodes[nodes.length - 1];
  const branches: Branch[] = [];
  for (const { id, op, inputs } of nodes) {
    if (op !== 'add' || id === last.id) continue;
    for (const end of inputs) {
      const around = new Set(inputs.filter((other) => other !== end).flatMap((other) => pathTo(other, byId)));
      const inside = nodesBetween(end, around, byId);
      const closed = (node: string) => readers.get(node)?.every((reader) => inside?.has(reader) || reader === id);
      if (inside === undefined || ![...inside].every(closed)) continue;
      const layers = nodes.filter((node) => isLayer(node) && inside.has(node.id)).map((node) => node.id);
      if (layers.length > 0) branches.push({ sum: id, end, nodes: inside, layers });
    }
  }
  return branches.sort((a, b) => a.layers.length - b.layers.length);
}

/** A node and its predecessors, back through nodes without weights and with a single input. */
function pathTo(id: string, byId: ReadonlyMap<string, NetworkNode>): string[] {
  const path = [id];
  for (let node = byId.get(id); node !== undefined && !isLayer(node) && node.inputs.length === 1; ) {
    path.push(node.inputs[0]);
    node = byId.get(node.inputs[0]);
  }
  return path;
}

/** `end` and all its predecessors up to nodes of `around`; undefined when they reach the image in another way. */
function nodesBetween(end: string, around: ReadonlySet<string>, byId: ReadonlyMap<string, NetworkNode>) {
  const inside = new Set<string>();
  const pending = [end];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (inside.has(id) || around.has(id)) continue;
    const { inputs } = byId.get(id) as NetworkNode;
    if (inputs.length === 0) return undefined;
    inside.add(id);
    pending.push(...inputs);
  }
  return inside;
}

/** The branch that is skipped with a layer; undefined for a layer that cannot be skipped. */
export function branchOf(architecture: Architecture, layer: string): Branch | undefined {
  return branchesOf(architecture).find(({ layers }) => layers.includes(layer));
}
