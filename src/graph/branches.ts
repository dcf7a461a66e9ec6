// Which layers a network can do without: those on a branch beside a way without weights, as a residual block has it. Such
// a branch may be left out as a whole, and its sum is then what the other way brings.
import { type Architecture, isLayer, type NetworkNode } from './network';

/** A part of a network between a fork and a sum that another way, without weights, leads around. */
export interface Branch {
  /** The sum that the branch ends in, and the node of the branch that it reads. */
  readonly sum: string;
  readonly end: string;
  /** All nodes of the branch. */
  readonly nodes: ReadonlySet<string>;
  /** Its layers, in execution order; at least one. */
  readonly layers: readonly string[];
}

const known = new WeakMap<readonly NetworkNode[], readonly Branch[]>();

/** The branches that can be left out, the smaller of nested ones first. */
export function branchesOf({ nodes }: Architecture): readonly Branch[] {
  const found = known.get(nodes) ?? findBranches(nodes);
  known.set(nodes, found);
  return found;
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
      const around = new Set(inputs.filter((other) => other !== end).flatMap((other) => wayTo(other, byId)));
      const inside = behind(end, around, byId);
      const closed = (node: string) => readers.get(node)?.every((reader) => inside?.has(reader) || reader === id);
      if (inside === undefined || ![...inside].every(closed)) continue;
      const layers = nodes.filter((node) => isLayer(node) && inside.has(node.id)).map((node) => node.id);
      if (layers.length > 0) branches.push({ sum: id, end, nodes: inside, layers });
    }
  }
  return branches.sort((a, b) => a.layers.length - b.layers.length);
}

/** A node and those before it that give it its value without weights, as far as each reads one. */
function wayTo(id: string, byId: ReadonlyMap<string, NetworkNode>): string[] {
  const way = [id];
  for (let node = byId.get(id); node !== undefined && !isLayer(node) && node.inputs.length === 1; ) {
    way.push(node.inputs[0]);
    node = byId.get(node.inputs[0]);
  }
  return way;
}

/** `end` and all before it up to nodes of `around`; undefined when the image is reached otherwise. */
function behind(end: string, around: ReadonlySet<string>, byId: ReadonlyMap<string, NetworkNode>) {
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

/** The branch that leaving out a layer leaves out; undefined for a layer that nothing leads around. */
export function branchOf(architecture: Architecture, layer: string): Branch | undefined {
  return branchesOf(architecture).find(({ layers }) => layers.includes(layer));
}
