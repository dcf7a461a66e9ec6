// Layers that a policy skips (0 bits), each together with its whole branch.
import { type Branch, branchesOf } from './branches';
import type { Architecture, NetworkNode, Parameters } from './network';
import { type BitPolicy, SKIPPED } from './policy';

/** The branches whose layers all have 0 bits. */
export function skippedBranches(architecture: Architecture, policy: BitPolicy): readonly Branch[] {
  return branchesOf(architecture).filter(({ layers }) => layers.every((id) => policy[id]?.weights === SKIPPED));
}

/**
 * The policy in which a layer of 0 bits skips its whole branch; the same object when nothing changes. `branches` are
 * `branchesOf` the network.
 */
export function closeSkips(branches: readonly Branch[], policy: BitPolicy): BitPolicy {
  const closed = { ...policy };
  let changed = false;
  for (const branch of branches) {
    const { layers } = branch;
    const others = layers.filter((id) => closed[id].weights !== SKIPPED);
    // A larger branch stays when only a smaller one nested in it is skipped.
    const smallest = (id: string) => branches.find((other) => other.layers.includes(id)) === branch;
    const skipped = layers.some((id) => closed[id].weights === SKIPPED && smallest(id));
    if (!skipped || others.length === 0) continue;
    for (const id of others) closed[id] = { ...closed[id], weights: SKIPPED };
    changed = true;
  }
  return changed ? closed : policy;
}

/** The network without its skipped branches: their nodes are removed, and so are sums with one remaining input. */
export function withoutSkipped<N extends Architecture & { readonly parameters?: Parameters }>(
  network: N,
  policy: BitPolicy,
): { readonly network: N; readonly policy: BitPolicy } {
  const skipped = skippedBranches(network, policy);
  if (skipped.length === 0) return { network, policy };
  const removed = new Set(skipped.flatMap(({ nodes }) => [...nodes]));
  const replacement = new Map<string, string>(); // of sums with one input
  const nodes: NetworkNode[] = [];
  for (const node of network.nodes) {
    if (removed.has(node.id)) continue;
    const inputs = node.inputs.filter((id) => !removed.has(id)).map((id) => replacement.get(id) ?? id);
    if (node.op === 'add' && inputs.length === 1) replacement.set(node.id, inputs[0]);
    else nodes.push({ ...node, inputs });
  }
  const remaining = new Set(nodes.map(({ id }) => id));
  const parameters =
    network.parameters &&
    new Map([...network.parameters].filter(([name]) => !removed.has(name.slice(0, name.lastIndexOf('.')))));
  return {
    network: { ...network, nodes, ...(parameters && { parameters }) },
    policy: Object.fromEntries(Object.entries(policy).filter(([id]) => remaining.has(id))),
  };
}
