// Windows that slide over images: their padding made explicit, pooling, and averages of whole images.
import type { Padding } from '../../../graph/network';
import { type Conversion, scopeName } from './graphBuilder';
import { type GraphValue, scaledAs } from './graphValue';
import type { OnnxNode } from './model';
import { frontAxis, integerAttribute, integersAttribute, integersOf, pairAttribute, refuse } from './node';

interface Windows {
  readonly window: {
    readonly size: readonly [number, number];
    readonly strides: readonly [number, number];
    readonly padding: Padding;
  };
  readonly height: number;
  readonly width: number;
  /** Rows and columns that ceil_mode padded besides, at the bottom and right. */
  readonly beyond: readonly [number, number];
}

/** Padding before and after one axis, as ONNX' auto_pad defines it. */
function autoPadding(mode: string, input: number, size: number, stride: number): readonly [number, number] {
  if (mode === 'VALID') return [0, 0];
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + size - input);
  const less = Math.floor(total / 2);
  return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
}

/**
 * Windows of a Conv or pooling node over [n, c, h, w], with explicit padding. With ceil_mode the last window may reach
 * beyond the padding, but must start before it: so PyTorch defines it.
 */
export function windowOf(node: OnnxNode, dims: readonly number[], size: readonly [number, number]): Windows {
  const declared = integersAttribute(node, 'kernel_shape');
  if (declared !== undefined && declared.join() !== size.join()) refuse('Its kernel_shape is not that of its weights.');
  const dilations = pairAttribute(node, 'dilations');
  if (dilations.some((d) => d !== 1)) refuse(`Its windows are dilated (${dilations.join(' x ')}).`);
  const strides = pairAttribute(node, 'strides');
  const mode = node.attributes.get('auto_pad')?.text ?? 'NOTSET';
  const pads = integersAttribute(node, 'pads') ?? [0, 0, 0, 0];
  if (pads.length !== 4 || !pads.every((pad) => Number.isSafeInteger(pad) && pad >= 0))
    refuse(`Its pads are [${pads.join(', ')}].`);
  const ceil = integerAttribute(node, 'ceil_mode', 0) !== 0;
  const axes = ([0, 1] as const).map((axis) => {
    const input = dims[axis + 2];
    const [before, after] =
      mode === 'NOTSET' || mode === ''
        ? [pads[axis], pads[axis + 2]]
        : autoPadding(mode, input, size[axis], strides[axis]);
    const steps = (input + before + after - size[axis]) / strides[axis];
    let count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (ceil && (count - 1) * strides[axis] >= input + before) count--;
    if (!(steps >= 0 && count >= 1))
      refuse(`Its ${size.join(' x ')} window does not fit the ${dims[2]} x ${dims[3]} image.`);
    const beyond = Math.max(0, (count - 1) * strides[axis] + size[axis] - (input + before + after));
    return { before, after: after + beyond, count, beyond };
  });
  const [rows, columns] = axes;
  return {
    window: { size, strides, padding: [rows.before, rows.after, columns.before, columns.after] },
    height: rows.count,
    width: columns.count,
    beyond: [rows.beyond, columns.beyond],
  };
}

export function pool(conversion: Conversion, node: OnnxNode): GraphValue {
  const { id, dims } = conversion.image(node);
  const size = pairAttribute(node, 'kernel_shape');
  const { window, height, width, beyond } = windowOf(node, dims, size);
  const activation = { dims: [dims[0], dims[1], height, width], axes: 'nchw' };
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const padded = sum(window.padding) > sum(beyond); // what ceil_mode adds is never counted
  if (node.op === 'MaxPool') {
    return conversion.add(node, scopeName(node, true), { op: 'maxPool', inputs: [id], ...window }, activation);
  }
  const countPadding = padded && integerAttribute(node, 'count_include_pad', 0) !== 0;
  if (countPadding && beyond.some((b) => b > 0))
    refuse('It counts its padding, but not the places beyond it that ceil_mode adds.');
  if (sum(window.padding) === 0 && height * width === 1 && size[0] === dims[2] && size[1] === dims[3])
    return globalAverage(conversion, node, [dims[0], dims[1], 1, 1]);
  return conversion.add(
    node,
    scopeName(node, true),
    { op: 'avgPool', inputs: [id], ...window, ...(countPadding && { countPadding }) },
    activation,
  );
}

function globalAverage(conversion: Conversion, node: OnnxNode, dims: readonly number[]): GraphValue {
  const x = conversion.activation(node);
  return scaledAs(conversion.add(node, scopeName(node, true), { op: 'globalAvgPool', inputs: [x.id] }, { dims }), x);
}

export function globalPool(conversion: Conversion, node: OnnxNode): GraphValue {
  const { id, dims } = conversion.image(node);
  const [n, c, h, w] = dims;
  if (node.op === 'GlobalAveragePool') return globalAverage(conversion, node, [n, c, 1, 1]);
  return conversion.add(
    node,
    scopeName(node, true),
    { op: 'maxPool', inputs: [id], size: [h, w], strides: [1, 1], padding: [0, 0, 0, 0] },
    { dims: [n, c, 1, 1], axes: 'nchw' },
  );
}

/** The mean over rows and columns, as newer exporters write adaptive pooling to 1 x 1. */
export function reduceMean(conversion: Conversion, node: OnnxNode): GraphValue {
  const { dims, axes: meaning } = conversion.activation(node);
  if (meaning === undefined) refuse(`It averages features [${dims.join(', ')}].`);
  const axes = (integersOf(node, 'axes', conversion.constant(node, 1)) ?? []).map((axis) =>
    frontAxis(axis, dims.length),
  );
  const over = axes.map((axis) => meaning[axis]).sort();
  if (over.join('') !== 'hw') refuse(`It averages over ${over.join(', ') || 'everything'}, not over rows and columns.`);
  const keep = integerAttribute(node, 'keepdims', 1) !== 0;
  return globalAverage(
    conversion,
    node,
    keep ? dims.map((d, i) => (axes.includes(i) ? 1 : d)) : dims.filter((_, i) => !axes.includes(i)),
  );
}
