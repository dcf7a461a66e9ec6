// Nodes that move numbers without computing: reshapes to features, transposes, slices, padding, repeated pixels, shuffles
// and concatenation of channels.
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import type { GraphValue } from './graphValue';
import type { OnnxNode } from './model';
import { BATCH_FIRST, CHECK, EXPORT_WITHOUT, PAD_ZEROS } from './nextSteps';
import { floatAttribute, frontAxis, integerAttribute, integersAttribute, integersOf } from './node';
import { alike, type Fold, type Operator, type Operators } from './operator';
import { reshapedDims, slicesOf } from './shapeOps';
import { sizeOf } from './tensor';

/** Axes longer than 1, without the batch. */
const wideAxes = (dims: readonly number[]): number[] => dims.slice(1).filter((d) => d !== 1);

/** For each of our features (rows, columns, channels) its index in an image of the order `axes`; none if equal. */
function flattenOrder(dims: readonly number[], axes: string): Int32Array | undefined {
  const [h, w, c] = ['h', 'w', 'c'].map((axis) => dims[axes.indexOf(axis)]);
  const step = (axis: string) => sizeOf(dims.slice(axes.indexOf(axis) + 1));
  const [sh, sw, sc] = [step('h'), step('w'), step('c')];
  const order = new Int32Array(h * w * c);
  let same = true;
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let channel = 0; channel < c; channel++, i++) {
        order[i] = y * sh + x * sw + channel * sc;
        same &&= order[i] === i;
      }
  return same ? undefined : order;
}

/**
 * Reshape, Flatten, Squeeze and Unsqueeze of an activation: to features, or to the same with axes of 1 added or removed.
 */
function reshape(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const dims = reshapedDims(node, x.dims, context.constant(node, 1));
  if (dims.length < 2 || dims[0] !== x.dims[0])
    refuse(`It makes [${dims.join(', ')}] of [${x.dims.join(', ')}], which mixes images of a batch.`, BATCH_FIRST);
  if (dims.join() === x.dims.join()) return x;
  const shuffled = grouping(context, node, x, dims);
  if (shuffled !== undefined) return shuffled;
  if (wideAxes(dims).length > 1)
    refuse(`It makes [${dims.join(', ')}] of [${x.dims.join(', ')}]; only flattening is known.`, EXPORT_WITHOUT);
  if (x.axes === undefined) return { ...x, dims };
  return flatten(context, node, x, dims);
}

/**
 * The channels of an image split into two axes, groups (`g`) and their members (`k`), or joined again: a shuffle if they
 * have changed places meanwhile. Undefined for any other reshaping.
 */
function grouping(
  context: OnnxContext,
  node: OnnxNode,
  x: GraphValue,
  dims: readonly number[],
): GraphValue | undefined {
  if (x.axes === 'nchw' && dims.length === 5 && dims.slice(3).join() === x.dims.slice(2).join())
    return { ...x, dims, axes: 'ngkhw' };
  if (!x.axes?.includes('g') || dims.length !== 4 || dims.slice(2).join() !== x.dims.slice(3).join()) return undefined;
  if (x.axes === 'ngkhw') return { ...x, dims, axes: 'nchw' };
  if (x.axes !== 'nkghw') return undefined;
  return context.add(node, 'channelShuffle', [x], { groups: x.dims[2] }, { dims, axes: 'nchw' });
}

/** Flattens an image to features of the shape `dims`. */
export function flatten(context: OnnxContext, node: OnnxNode, x: GraphValue, dims: readonly number[]): GraphValue {
  const order = flattenOrder(x.dims, x.axes as string);
  const { rounded, factor } = x;
  const result = context.add(node, 'flatten', [x], {}, { dims, ...(order && { order }) });
  return { ...result, ...(rounded !== undefined && { rounded }), ...(factor !== undefined && { factor }) };
}

function transpose(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const perm = integersAttribute(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  if ([...perm].sort((a, b) => a - b).join() !== x.dims.map((_, i) => i).join())
    refuse('Its perm is no permutation.', CHECK);
  if (perm[0] !== 0) refuse('It moves the batch.', BATCH_FIRST);
  const dims = perm.map((axis) => x.dims[axis]);
  const { axes } = x;
  return { ...x, dims, ...(axes !== undefined && { axes: perm.map((axis) => axes[axis]).join('') }) };
}

/** Channels of an image from `from` on. */
function channels(context: OnnxContext, node: OnnxNode, x: GraphValue, from: number, count: number): GraphValue {
  const dims = x.dims.map((d, i) => (x.axes?.[i] === 'c' ? count : d));
  return context.add(node, 'channelSlice', [x], { from, to: from + count }, { dims, axes: x.axes as string });
}

/** One of the parts that a Split makes of the channels of an image. */
function split(context: OnnxContext, node: OnnxNode, output: number): GraphValue {
  const x = context.activation(node);
  const axis = frontAxis(integerAttribute(node, 'axis', 0), x.dims.length);
  if (x.axes?.[axis] !== 'c')
    refuse(
      'It takes something else apart than the channels of an image.',
      'Split channels alone, and export the network again.',
    );
  const each = Math.ceil(x.dims[axis] / node.outputs.length);
  const equal = node.outputs.map((_, i) => Math.min(each, x.dims[axis] - i * each));
  const sizes = integersOf(node, 'split', context.constant(node, 1)) ?? equal;
  if (sizes.length !== node.outputs.length || !sizes.every((size) => size >= 1) || sumOf(sizes) !== x.dims[axis])
    refuse(`It makes parts of ${sizes.join(', ')} of ${x.dims[axis]} channels.`, CHECK);
  return channels(context, node, x, sumOf(sizes.slice(0, output)), sizes[output]);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** Repeats rows and columns: Resize and Upsample to a multiple of the size, by the nearest. */
function upsample(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.image(node);
  const text = (name: string, otherwise: string) => node.attributes.get(name)?.text ?? otherwise;
  const isOld = node.op === 'Upsample';
  const sizes = isOld ? undefined : context.constant(node, 3)?.values;
  const given = sizes ? [...sizes].map((size, i) => size / x.dims[i]) : scalesOf(context, node, isOld ? 1 : 2);
  const places = isOld ? 'asymmetric' : text('coordinate_transformation_mode', 'half_pixel');
  const nearest = isOld ? 'floor' : text('nearest_mode', 'round_prefer_floor');
  // For whole scales, these find the same pixels.
  const repeats = places === 'asymmetric' ? nearest === 'floor' : /half_pixel/.test(places) && /^round/.test(nearest);
  const [n, c, ...scale] = given;
  if (text('mode', 'nearest') !== 'nearest' || !repeats || n * c !== 1 || scale.length !== 2)
    refuse('It resizes images by interpolation.', 'Enlarge by the nearest pixel, and export the network again.');
  if (!scale.every((s) => Number.isInteger(s) && s >= 1))
    refuse(
      `It resizes images by ${scale.join(' and ')}; whole numbers can be run.`,
      'Choose another image size, and export the network again.',
    );
  const [sh, sw] = scale;
  const dims = [x.dims[0], x.dims[1], x.dims[2] * sh, x.dims[3] * sw];
  return context.add(node, 'upsample', [x], { scale: [sh, sw] }, { dims, axes: 'nchw' });
}

/** Scales as an attribute (opset 7) or an input. */
function scalesOf(context: OnnxContext, node: OnnxNode, input: number): readonly number[] {
  const scales = node.attributes.get('scales')?.floats ?? context.constant(node, input)?.values ?? [];
  return scales.length <= 8 ? [...scales] : [];
}

/** A Slice that keeps every n-th row and column from the first, neighboring channels, or everything. */
function slice(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const how = [1, 2, 3, 4].map((i) => context.constant(node, i));
  const dims = [...x.dims];
  const strides = { h: 1, w: 1 };
  let taken: readonly [from: number, count: number] | undefined;
  for (const { axis, start, step, count } of slicesOf(node, x.dims, how)) {
    const size = x.dims[axis];
    if (start === 0 && step === 1 && count === size) continue;
    const meaning = x.axes?.[axis];
    if (meaning === 'c' && step === 1 && count >= 1) {
      taken = [start, count];
      continue;
    }
    if (!(start === 0 && step > 0 && count === Math.ceil(size / step) && (meaning === 'h' || meaning === 'w')))
      refuse(
        `It takes ${count} of ${size} along axis ${axis}; only every n-th row and column from the first, and channels in a row, are known.`,
        EXPORT_WITHOUT,
      );
    strides[meaning] = step;
    dims[axis] = count;
  }
  const kept = taken === undefined ? x : channels(context, node, x, ...taken);
  if (strides.h === 1 && strides.w === 1) return kept;
  const whole = { dims: dims.map((d, i) => (x.axes?.[i] === 'c' ? kept.dims[i] : d)), axes: x.axes as string };
  return context.add(node, 'subsample', [kept], { strides: [strides.h, strides.w] }, whole);
}

/** Zeros around rows and columns, and before and after the channels. */
function pad(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const rank = x.dims.length;
  const mode = node.attributes.get('mode')?.text ?? 'constant';
  const given = integersOf(node, 'pads', context.constant(node, 1)) ?? [];
  const value = context.constant(node, 2)?.values[0] ?? floatAttribute(node, 'value', 0);
  const named = context.constant(node, 3);
  const axes = named === undefined ? x.dims.map((_, i) => i) : [...named.values].map((axis) => frontAxis(axis, rank));
  if (given.length !== 2 * axes.length) refuse(`It has ${given.length} pads for ${axes.length} axes.`, CHECK);
  const pads = x.dims.map((): readonly [number, number] => [0, 0]);
  axes.forEach((axis, i) => {
    pads[axis] = [given[i], given[axes.length + i]];
  });
  if (pads.flat().every((p) => p === 0)) return x;
  if (mode !== 'constant') refuse(`It pads by the mode "${mode}"; the page pads with zeros.`, PAD_ZEROS);
  if (value !== 0) refuse(`It pads with ${value}; the page pads with zeros.`, PAD_ZEROS);
  if (pads.flat().some((p) => !(Number.isSafeInteger(p) && p >= 0)))
    refuse('It crops.', 'Crop images before they come in, and export the network without it.');
  if (x.axes === undefined || pads[0].some((p) => p > 0)) refuse('It pads what is no image.', EXPORT_WITHOUT);
  const [h, w, c] = ['h', 'w', 'c'].map((axis) => pads[(x.axes as string).indexOf(axis)]);
  return context.add(
    node,
    'pad',
    [x],
    { padding: [...h, ...w], channels: c },
    { dims: x.dims.map((d, i) => d + pads[i][0] + pads[i][1]), axes: x.axes },
  );
}

/** Concatenates images along their channels. */
function concat(context: OnnxContext, node: OnnxNode): GraphValue {
  const images = node.inputs.map((_, i) => context.activation(node, i));
  const [first] = images;
  const axis = frontAxis(integerAttribute(node, 'axis', 1), first.dims.length);
  if (images.length === 1) return first;
  if (images.some(({ axes }) => axes === undefined || axes !== first.axes) || first.axes?.[axis] !== 'c')
    refuse(
      'It joins something else than the channels of images.',
      'Join branches along their channels alone, and export the network again.',
    );
  if (images.some(({ dims }) => dims.some((d, i) => i !== axis && d !== first.dims[i])))
    refuse('It joins images of different sizes.', CHECK);
  const dims = [...first.dims];
  dims[axis] = images.reduce((sum, image) => sum + image.dims[axis], 0);
  return context.add(node, 'concat', images, {}, { dims, axes: first.axes as string });
}

/** The same for a constant, except for its scales, which follow the first axis. */
const reshaped: Fold = ([{ coded: _, ...x }], node, [, second]) => ({ ...x, dims: reshapedDims(node, x.dims, second) });

const RESHAPE: Operator = { convert: reshape, fold: reshaped, afterSoftmax: 'left out' };

export const RESHAPING: Operators = {
  Flatten: { ...RESHAPE, takesFactor: true },
  ...alike(['Reshape', 'Squeeze', 'Unsqueeze'], { ...RESHAPE, movesGroups: true }),
  Transpose: { convert: transpose, movesGroups: true, afterSoftmax: 'left out' },
  Slice: { convert: slice },
  Split: { convert: (context, node) => split(context, node, 0), further: split },
  ...alike(['Resize', 'Upsample'], { convert: upsample }),
  Pad: { convert: pad },
  Concat: { convert: concat },
};
