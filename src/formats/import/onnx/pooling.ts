// Sliding windows over images: explicit padding, pooling, and averages of whole images.
import type { Padding } from '../../../graph/network';
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import { type GraphValue, scaledAs } from './graphValue';
import type { OnnxNode } from './model';
import { CHECK, EXPORT_WITHOUT } from './nextSteps';
import { frontAxis, integerAttribute, integersAttribute, integersOf, pairAttribute } from './node';
import type { Operators } from './operator';

interface Windows {
  readonly window: {
    readonly size: readonly [number, number];
    readonly strides: readonly [number, number];
    readonly padding: Padding;
    readonly dilations?: readonly [number, number];
  };
  readonly height: number;
  readonly width: number;
  /** Additional rows and columns of ceil_mode, at the bottom and right. */
  readonly beyond: readonly [number, number];
}

/** Padding before and after one axis, as defined by ONNX's auto_pad. */
function autoPadding(mode: string, input: number, size: number, stride: number): readonly [number, number] {
  if (mode === 'VALID') return [0, 0];
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + size - input);
  const less = Math.floor(total / 2);
  return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
}

/**
 * Windows of a Conv or pooling node over [n, c, h, w], with explicit padding. With ceil_mode the last window may reach
 * beyond the padding, but must start before it, as PyTorch defines.
 */
export function windowOf(node: OnnxNode, dims: readonly number[], size: readonly [number, number]): Windows {
  const declared = integersAttribute(node, 'kernel_shape');
  if (declared !== undefined && declared.join() !== size.join())
    refuse('Its kernel_shape is not that of its weights.', CHECK);
  const dilations = pairAttribute(node, 'dilations');
  const dilated = dilations.some((d) => d !== 1);
  if (dilated && node.op !== 'Conv')
    refuse(
      `Its windows are dilated (${dilations.join(' x ')}), which only those of convolutions can be.`,
      'Train the network without dilation, and export it again.',
    );
  const strides = pairAttribute(node, 'strides');
  const mode = node.attributes.get('auto_pad')?.text ?? 'NOTSET';
  const pads = integersAttribute(node, 'pads') ?? [0, 0, 0, 0];
  if (pads.length !== 4 || !pads.every((pad) => Number.isSafeInteger(pad) && pad >= 0))
    refuse(`Its pads are [${pads.join(', ')}].`, CHECK);
  const ceil = integerAttribute(node, 'ceil_mode', 0) !== 0;
  const axes = ([0, 1] as const).map((axis) => {
    const input = dims[axis + 2];
    const extent = (size[axis] - 1) * dilations[axis] + 1;
    const [before, after] =
      mode === 'NOTSET' || mode === '' ? [pads[axis], pads[axis + 2]] : autoPadding(mode, input, extent, strides[axis]);
    const steps = (input + before + after - extent) / strides[axis];
    let count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (ceil && (count - 1) * strides[axis] >= input + before) count--;
    if (!(steps >= 0 && count >= 1))
      refuse(`Its ${size.join(' x ')} window does not fit the ${dims[2]} x ${dims[3]} image.`, CHECK);
    const beyond = Math.max(0, (count - 1) * strides[axis] + extent - (input + before + after));
    return { before, after: after + beyond, count, beyond };
  });
  const [rows, columns] = axes;
  return {
    window: {
      ...{ size, strides, padding: [rows.before, rows.after, columns.before, columns.after] as const },
      ...(dilated && { dilations }),
    },
    height: rows.count,
    width: columns.count,
    beyond: [rows.beyond, columns.beyond],
  };
}

function pool(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.image(node);
  const { dims } = x;
  const size = pairAttribute(node, 'kernel_shape');
  const { window, height, width, beyond } = windowOf(node, dims, size);
  const activation = { dims: [dims[0], dims[1], height, width], axes: 'nchw' };
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const padded = sum(window.padding) > sum(beyond); // what ceil_mode adds is never counted
  if (node.op === 'MaxPool') {
    return context.add(node, 'maxPool', [x], window, activation);
  }
  const countPadding = padded && integerAttribute(node, 'count_include_pad', 0) !== 0;
  if (countPadding && beyond.some((b) => b > 0))
    refuse(
      'It counts its padding, but not the places beyond it that ceil_mode adds.',
      'Set count_include_pad or ceil_mode to 0, and export the network again.',
    );
  if (sum(window.padding) === 0 && height * width === 1 && size[0] === dims[2] && size[1] === dims[3])
    return globalAverage(context, node, [dims[0], dims[1], 1, 1]);
  return context.add(node, 'avgPool', [x], { ...window, ...(countPadding && { countPadding }) }, activation);
}

function globalAverage(context: OnnxContext, node: OnnxNode, dims: readonly number[]): GraphValue {
  const x = context.activation(node);
  return scaledAs(context.add(node, 'globalAvgPool', [x], {}, { dims }), x);
}

function globalPool(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.image(node);
  const [n, c, h, w] = x.dims;
  if (node.op === 'GlobalAveragePool') return globalAverage(context, node, [n, c, 1, 1]);
  return context.add(
    node,
    'maxPool',
    [x],
    { size: [h, w], strides: [1, 1], padding: [0, 0, 0, 0] },
    { dims: [n, c, 1, 1], axes: 'nchw' },
  );
}

/** The mean over rows and columns, as newer exporters write adaptive pooling to 1 x 1. */
function reduceMean(context: OnnxContext, node: OnnxNode): GraphValue {
  const { dims, axes: meaning } = context.activation(node);
  if (meaning === undefined) refuse(`It averages features [${dims.join(', ')}].`, EXPORT_WITHOUT);
  const axes = (integersOf(node, 'axes', context.constant(node, 1)) ?? []).map((axis) => frontAxis(axis, dims.length));
  const over = axes.map((axis) => meaning[axis]).sort();
  if (over.join('') !== 'hw')
    refuse(
      `It averages over ${over.join(', ') || 'everything'}, not over rows and columns.`,
      'Average over both, and export the network again.',
    );
  const keep = integerAttribute(node, 'keepdims', 1) !== 0;
  return globalAverage(
    context,
    node,
    keep ? dims.map((d, i) => (axes.includes(i) ? 1 : d)) : dims.filter((_, i) => !axes.includes(i)),
  );
}

export const POOLING: Operators = {
  MaxPool: { convert: pool },
  AveragePool: { convert: pool },
  GlobalAveragePool: { convert: globalPool, takesFactor: true },
  GlobalMaxPool: { convert: globalPool },
  ReduceMean: { convert: reduceMean },
};
