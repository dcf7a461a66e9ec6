// The input image of a graph: its size, which must be fixed, and its channel order.
import { ImportError } from '../importer';
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import type { GraphValue } from './graphValue';
import type { OnnxInput, OnnxNode } from './model';
import { integersAttribute } from './node';

/** True if the image is first transposed to [n, c, h, w], as by TensorFlow's exporters. */
function channelsLast(name: string, nodes: readonly OnnxNode[], traitsOf: OnnxContext['traitsOf']): boolean {
  let at = name;
  for (let i = 0; i <= nodes.length; i++) {
    const readers = nodes.filter(({ inputs }) => inputs.includes(at));
    if (readers.length !== 1) return false;
    const [reader] = readers;
    if (reader.op === 'Transpose') return integersAttribute(reader, 'perm')?.join() === '0,3,1,2';
    if (!traitsOf(reader.op).keepsChannels) return false;
    at = reader.outputs[0];
  }
  return false;
}

/**
 * Adds the input node. A batch without a fixed size counts as 1.
 * @throws ImportError if the image has no fixed size.
 */
export function inputOf(context: OnnxContext, { name, dims }: OnnxInput, nodes: readonly OnnxNode[]): GraphValue {
  if (dims.length !== 4)
    refuse(
      `It has the shape [${dims.join(', ')}], which is no batch of images.`,
      'Drop a network that reads images [batch, channels, height, width].',
    );
  const open = dims.slice(1).find((d) => typeof d === 'string' || !(Number.isSafeInteger(d) && d >= 1));
  if (open !== undefined)
    throw new ImportError({
      what: `The size of the image is left open: [${dims.map((d) => (d === '' ? '?' : d)).join(', ')}].`,
      where: `${context.file}, input "${name}"`,
      why: 'Only the batch may be of any size; memory and cost depend on the size of the image.',
      next: 'Export it again with an example of fixed size, and only the batch in dynamic_axes or dynamic_shapes.',
    });
  const [batch, ...rest] = dims;
  const n = typeof batch === 'number' && Number.isSafeInteger(batch) && batch >= 1 ? batch : 1;
  const shape = [n, ...(rest as number[])];
  const axes = channelsLast(name, nodes, context.traitsOf) ? 'nhwc' : 'nchw';
  if (axes === 'nhwc') context.net.notes.add('The file takes images with channels last, as the page does.');
  const [h, w, c] = ['h', 'w', 'c'].map((axis) => shape[axes.indexOf(axis)]);
  const node = { name, op: 'input', domain: '', inputs: [], outputs: [name], attributes: new Map() };
  return context.add(node, 'input', [], { shape: [h, w, c] }, { dims: shape, axes }, {}, name);
}
