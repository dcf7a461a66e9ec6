// Chooses the graph output with the classes, and finds a softmax at its end.
import type { OnnxModel, OnnxNode } from './model';
import { operatorOf } from './operators';

function giversOf({ nodes }: OnnxModel): ReadonlyMap<string, OnnxNode> {
  return new Map(
    nodes.flatMap((node) => node.outputs.filter((name) => name !== '').map((name) => [name, node] as const)),
  );
}

/** The nodes from a softmax, or from a sigmoid for each class, to the first output, in order, if nothing else stands between; otherwise empty. */
export function softmaxTail(model: OnnxModel): readonly OnnxNode[] {
  const givers = giversOf(model);
  const tail: OnnxNode[] = [];
  for (let node = givers.get(model.outputs[0]); node !== undefined && !tail.includes(node); ) {
    tail.unshift(node);
    if (node.op === 'Softmax' || node.op === 'LogSoftmax' || node.op === 'Sigmoid') return tail;
    node = operatorOf(node.op).afterSoftmax ? givers.get(node.inputs[0]) : undefined;
  }
  return [];
}

/**
 * The outputs of a graph, first those that no other is computed from: features and hidden layers come after the classes.
 */
export function outputsByDepth(model: OnnxModel): readonly string[] {
  if (model.outputs.length === 1) return model.outputs;
  const givers = giversOf(model);
  const inner = new Set<string>();
  for (const output of model.outputs) {
    const seen = new Set<OnnxNode>();
    const open = [givers.get(output)];
    while (open.length > 0) {
      const node = open.pop();
      if (node === undefined || seen.has(node)) continue;
      seen.add(node);
      for (const name of node.inputs) {
        if (name !== output && model.outputs.includes(name)) inner.add(name);
        open.push(givers.get(name));
      }
    }
  }
  return [...model.outputs.filter((name) => !inner.has(name)), ...model.outputs.filter((name) => inner.has(name))];
}
