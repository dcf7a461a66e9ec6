// The nodes behind the first output, each after its inputs.
import { contradicts } from './errors';
import type { OnnxModel, OnnxNode } from './model';

/**
 * The nodes that the first output depends on, in an order of computation.
 * @throws ImportError if two nodes give the same value, or a node depends on itself.
 */
export function liveNodes(model: OnnxModel): OnnxNode[] {
  const { file, nodes, tensors, inputs, outputs } = model;
  const givers = new Map<string, OnnxNode>();
  const taken = new Set([...tensors.keys(), ...inputs.map(({ name }) => name)]);
  for (const node of nodes)
    for (const name of node.outputs) {
      if (name === '') continue;
      if (givers.has(name) || taken.has(name))
        contradicts(`${file}, node "${node.name}"`, `The node gives "${name}", which is there already.`);
      givers.set(name, node);
    }
  const order: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  // Depth first without recursion: a node stays on the stack until all its inputs are done.
  const stack = [givers.get(outputs[0])];
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    if (node === undefined || state.get(node) === 'done') {
      stack.pop();
      continue;
    }
    state.set(node, 'open');
    const missing = node.inputs.map((name) => givers.get(name)).filter((giver) => giver && state.get(giver) !== 'done');
    if (missing.length === 0) {
      state.set(node, 'done');
      order.push(node);
      stack.pop();
      continue;
    }
    const loop = missing.find((giver) => giver && state.get(giver) === 'open');
    if (loop !== undefined)
      contradicts(`${file}, node "${node.name}"`, `The nodes "${node.name}" and "${loop.name}" wait for each other.`);
    stack.push(...missing);
  }
  return order;
}
