// The order of work for inference: a network's nodes with batch norm and ReLU folded into the preceding step, so that a
// convolution, its normalization and its ReLU are one kernel. Plain data; no tensors.
import { foldableBatchNorms } from '../graph/folding';
import { type Architecture, type BatchNormNode, isLayer, type NetworkNode } from '../graph/network';
import { inferShapes } from '../graph/shapes';

export interface Step {
  readonly node: NetworkNode;
  /** Batch norm folded into the kernel of a layer. */
  readonly batchNorm?: BatchNormNode;
  /** Activation applied to the step's result. */
  readonly activation?: 'relu' | 'relu6';
  /** Indices of the steps that this one reads. */
  readonly inputs: readonly number[];
  /** Numbers in the result for one image. */
  readonly size: number;
  /** True if no later step reads anything before this one: everything after it depends on this result alone. */
  readonly cut: boolean;
}

/** Steps in execution order; the last one is the network's output. */
export function compile(architecture: Architecture): Step[] {
  const shapes = inferShapes(architecture);
  const readers = new Map<string, NetworkNode[]>();
  for (const node of architecture.nodes)
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  const onlyReader = (id: string): NetworkNode | undefined => {
    const all = readers.get(id);
    return all?.length === 1 ? all[0] : undefined;
  };

  const folded = foldableBatchNorms(architecture);
  const stepOf = new Map<string, number>();
  const steps: { -readonly [K in keyof Step]: Step[K] }[] = [];
  for (const node of architecture.nodes) {
    if (stepOf.has(node.id)) continue; // folded into an earlier step
    const batchNorm = folded.get(node.id);
    let last: NetworkNode = batchNorm ?? node;
    const next = onlyReader(last.id);
    const activation = next?.op === 'relu' || next?.op === 'relu6' ? next.op : undefined;
    const folds = (isLayer(node) || node.op === 'add') && activation !== undefined;
    if (folds && next !== undefined) last = next;
    const index = steps.length;
    for (const id of [node.id, batchNorm?.id, last.id]) if (id !== undefined) stepOf.set(id, index);
    steps.push({
      node,
      ...(batchNorm && { batchNorm }),
      ...(folds && { activation }),
      inputs: node.inputs.map((id) => stepOf.get(id) as number),
      size: (shapes.get(last.id) as readonly number[]).reduce((product, d) => product * d, 1),
      cut: false,
    });
  }
  let earliest = steps.length - 1;
  for (let i = steps.length - 1; i >= 0; i--) {
    steps[i].cut = earliest >= i;
    earliest = Math.min(earliest, ...steps[i].inputs);
  }
  return steps;
}
