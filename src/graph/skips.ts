// What a policy leaves out: layers of 0 bits, each with the whole branch that it is on.
import { type Branch, branchesOf } from './branches';
import type { Architecture, NetworkNode, Parameters } from './network';
import { type BitPolicy, SKIPPED } from './policy';

/** The branches whose layers all have 0 bits. */
export function skippedBranches(architecture: Architecture, policy: BitPolicy): readonly Branch[] {
  return branchesOf(architecture).filter(({ layers }) => layers.every((id) => policy[id]?.weights === SKIPPED));
}

/**
 * The policy in which a layer of 0 bits takes its whole branch with it; the very same object when none has to. `branches`
 * are `branchesOf` the network.
 */
export function closeSkips(branches: readonly Branch[], policy: BitPolicy): BitPolicy {
  const closed = { ...policy };
  let changed = false;
  for (const branch of branches) {
    const { layers } = branch;
    const left = layers.filter((id) => closed[id].weights !== SKIPPED);
    // Of nested branches the larger stays when only the smaller is left out.
    const smallest = (id: string) => branches.find((other) => other.layers.includes(id)) === branch;
    const asked = layers.some((id) => closed[id].weights === SKIPPED && smallest(id));
    if (!asked || left.length === 0) continue;
    for (const id of left) closed[id] = { ...closed[id], weights: SKIPPED };
    changed = true;
  }
  return changed ? closed : policy;
}

/** What computes the same as a network without its skipped branches: their nodes are gone, and so are sums of one. */
export function withoutSkipped<N extends Architecture & { readonly parameters?: Parameters }>(
  network: N,
  policy: BitPolicy,
): { readonly network: N; readonly policy: BitPolicy } {
  const skipped = skippedBranches(network, policy);
  if (skipped.length === 0) return { network, policy };
  const gone = new Set(skipped.flatMap(({ nodes }) => [...nodes]));
  const stands = new Map<string, string>(); // what a sum of one is replaced by
  const nodes: NetworkNode[] = [];
  for (const node of network.nodes) {
    if (gone.has(node.id)) continue;
    const inputs = node.inputs.filter((id) => !gone.has(id)).map((id) => stands.get(id) ?? id);
    if (node.op === 'add' && inputs.length === 1) stands.set(node.id, inputs[0]);
    else nodes.push({ ...node, inputs });
  }
  const left = new Set(nodes.map(({ id }) => id));
  const parameters =
    network.parameters &&
    new Map([...network.parameters].filter(([name]) => !gone.has(name.slice(0, name.lastIndexOf('.')))));
  return {
    network: { ...network, nodes, ...(parameters && { parameters }) },
    policy: Object.fromEntries(Object.entries(policy).filter(([id]) => left.has(id))),
  };
}
