// The end of an imported network: removes a softmax or sigmoids at the end, dead branches, and scalings that the first layer can
// absorb, and checks that the remaining network classifies.
import { isLayer, type Network, type NetworkNode, type Parameter, parameterName } from '../../graph/network';
import type { GraphBuilder, Value } from './graphBuilder';
import { refuse } from './refusal';

const PARTS = ['kernel', 'bias', 'gamma', 'beta', 'mean', 'variance', 'alpha'];

/**
 * The checked network that ends in `output`.
 * @throws Refusal if the network is no classifier, ImportError if its weights do not fit.
 */
export function classifierOf(net: GraphBuilder, name: string, output: Value): Network {
  const end = withoutLastSoftmax(net, output.id);
  prune(net, end);
  const inside = net.nodes.find(({ id }) => net.logSoftmaxes.has(id));
  if (inside !== undefined)
    refuse(
      `The log_softmax "${inside.id}" is inside of the network; the page knows it only at its end.`,
      'Build the network without it, and save it again.',
    );
  for (const id of net.scalings) foldScaling(net, id);
  const { shape } = net.value(end);
  if (shape.length !== 1)
    refuse(
      `The output is an image [${shape.join(', ')}], not one number a class.`,
      'End it in a pooling, Flatten or Dense.',
    );
  if (!net.nodes.some(isLayer))
    refuse('The network has no layer with weights to quantize.', 'Choose one with a convolution or a dense layer.');
  return net.network(name);
}

/** The output before any softmax, or sigmoid for each class, at the end; operations that flatten probabilities flatten logits too. */
function withoutLastSoftmax(net: GraphBuilder, output: string): string {
  const behind: NetworkNode[] = [];
  for (let node = net.node(output); ; node = net.node(node.inputs[0])) {
    if ((node.op === 'softmax' || node.op === 'sigmoid') && isOneList(net, node.id)) {
      const name = net.logSoftmaxes.has(node.id) ? 'log_softmax' : node.op;
      net.notes.add(`Removed the final ${name} (${node.id}); fewbits works on logits.`);
      const [before] = node.inputs;
      const after = behind.at(-1);
      if (after === undefined) return withoutLastSoftmax(net, before);
      net.replace({ ...after, inputs: [before] } as NetworkNode);
      return withoutLastSoftmax(net, output);
    }
    if (node.op !== 'flatten') return output;
    behind.push(node);
  }
}

/** True for one number per class, also as an image of one pixel. */
function isOneList(net: GraphBuilder, id: string): boolean {
  return net
    .value(id)
    .shape.slice(0, -1)
    .every((d) => d === 1);
}

function remove(net: GraphBuilder, gone: readonly NetworkNode[]): void {
  for (const { id } of gone) for (const part of PARTS) net.parameters.delete(parameterName(id, part));
  net.nodes = net.nodes.filter((node) => !gone.includes(node));
}

/** Removes nodes that `output` does not need. */
function prune(net: GraphBuilder, output: string): void {
  const needed = new Set([output]);
  for (const { id, inputs } of [...net.nodes].reverse())
    if (needed.has(id)) for (const from of inputs) needed.add(from);
  const gone = net.nodes.filter(({ id, op }) => !needed.has(id) && op !== 'input');
  const layers = gone.filter(isLayer).map(({ id }) => `"${id}"`);
  if (layers.length > 0) net.notes.add(`Layers that the output does not need were left out: ${layers.join(', ')}.`);
  remove(net, gone);
}

/** Moves a scaling into the only layer that reads it, unless zero padding of the input would be scaled too. */
function foldScaling(net: GraphBuilder, id: string): void {
  const scaling = net.nodes.find((node) => node.id === id);
  if (scaling === undefined) return;
  const readers = net.nodes.filter(({ inputs }) => inputs.includes(id));
  const [reader] = readers;
  const [scale, offset] = ['gamma', 'beta'].map((part) => (net.parameter(id, part) as Parameter).values);
  const shifts = offset.some((v) => v !== 0);
  const exact =
    readers.length === 1 &&
    (reader.op === 'dense' ||
      (reader.op === 'conv2d' && (reader.groups ?? 1) === 1 && !(shifts && reader.padding.some((p) => p > 0))));
  if (!exact) {
    net.notes.add(`"${id}" scales its input, and runs as a batch norm with fixed numbers.`);
    return;
  }
  const kernel = net.parameter(reader.id, 'kernel') as Parameter;
  const [inputs, outputs] = kernel.shape.slice(-2);
  if (scale.length !== inputs) return; // checkNetwork will say so
  const bias = Float64Array.from(net.parameter(reader.id, 'bias')?.values ?? new Array(outputs).fill(0));
  const values = kernel.values.map((w, i) => {
    const input = Math.floor(i / outputs) % inputs;
    bias[i % outputs] += w * offset[input];
    return w * scale[input];
  });
  net.parameters.set(parameterName(reader.id, 'kernel'), { shape: kernel.shape, values });
  const biased = reader.bias || shifts;
  if (biased)
    net.parameters.set(parameterName(reader.id, 'bias'), { shape: [outputs], values: Float32Array.from(bias) });
  net.replace({ ...reader, bias: biased, inputs: scaling.inputs });
  remove(net, [scaling]);
  net.notes.add(`The scaling "${id}" of its input was moved into the weights of "${reader.id}".`);
}
