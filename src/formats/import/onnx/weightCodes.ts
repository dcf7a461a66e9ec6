// Quantized weights: DequantizeLinear of codes, and QONNX's Quant and BipolarQuant of numbers. Each gives float numbers,
// and the codes too if they are signed integers times one scale, or one per position on one axis.
// Reference: ONNX Operators.md, DequantizeLinear-13, -21, -25; qonnx.custom_op.general.
import { encode, type UniformGrid } from '../../../quant/uniformGrid';
import type { WeightCodes } from '../layerRounding';
import { refuse } from '../refusal';
import { broadcast } from './broadcasting';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import { frontAxis, integerAttribute } from './node';
import { type CodeEnds, highestCode, lowestCode, sizeOf, type Tensor } from './tensor';

/** Domains of QONNX's quantizers: its own, and those of the tools that had them first. */
export const QUANT_DOMAINS: ReadonlySet<string> = new Set([
  'qonnx.custom_op.general',
  'finn.custom_op.general',
  'onnx.brevitas',
]);

/** One of a tensor's numbers for each number of a shape, by place. */
type Spread = (i: number) => number;

/** Numbers for a whole tensor, along the axis of DequantizeLinear, or in blocks along the axis. */
function alongAxis({ dims: own, values }: Tensor, dims: readonly number[], node: OnnxNode): Spread {
  if (values.length === 1) return () => values[0];
  const axis = frontAxis(integerAttribute(node, 'axis', 1), dims.length);
  const block = integerAttribute(node, 'block_size', 0);
  const inner = sizeOf(dims.slice(axis + 1));
  const length = dims[axis];
  const count = block > 0 ? Math.ceil(length / block) : length;
  const wanted = block > 0 ? dims.map((d, i) => (i === axis ? count : d)) : [length];
  if (own.join() !== wanted.join()) refuse(`It has scales [${own.join(', ')}] for codes [${dims.join(', ')}].`, CHECK);
  return block > 0
    ? (i) =>
        values[
          (Math.floor(i / inner / length) * count + Math.floor((Math.floor(i / inner) % length) / block)) * inner +
            (i % inner)
        ]
    : (i) => values[Math.floor(i / inner) % length];
}

/** A node's description of its codes: scales along one axis, and the ends of the codes. */
interface Coding {
  readonly scale: Tensor;
  /** The only axis along which scales differ; undefined if there are none or several, as in blocks. */
  readonly axis: number | undefined;
  readonly ends: CodeEnds | undefined;
}

/** The only axis of scales [1, ..., n, ..., 1] broadcast against a shape. */
function onlyAxis(scale: Tensor, shape: readonly number[]): number | undefined {
  const wide = scale.dims.flatMap((d, i) => (d === 1 ? [] : [i + shape.length - scale.dims.length]));
  return wide.length === 1 ? wide[0] : undefined;
}

/** `(code - zero point) * scale`. */
export function dequantize([codes, scale, zero]: readonly Tensor[], node: OnnxNode): Tensor {
  const { dims, ends } = codes;
  const scaleOf = alongAxis(scale, dims, node);
  const zeroOf = zero === undefined ? () => 0 : alongAxis(zero, dims, node);
  const centered = Float64Array.from(codes.values, (code, i) => code - zeroOf(i));
  const blocks = integerAttribute(node, 'block_size', 0) > 0;
  const axis =
    blocks || scale.values.length === 1 ? undefined : frontAxis(integerAttribute(node, 'axis', 1), dims.length);
  return of(dims, centered, scaleOf, { scale, axis, ends });
}

/** QuantizeLinear of weights stored as float numbers: `round(x / scale) + zero point`, clipped to its type. */
export function quantize([x, scale, zero]: readonly Tensor[], node: OnnxNode): Tensor {
  const type = zero?.type ?? (integerAttribute(node, 'output_dtype', 2) || 2);
  const grid = { scale: 1, offset: 0, minCode: lowestCode(type), maxCode: highestCode(type) };
  const scaleOf = alongAxis(scale, x.dims, node);
  const zeroOf = zero === undefined ? () => 0 : alongAxis(zero, x.dims, node);
  // The zero point is added after rounding, so that clipping is relative to it.
  const values = Float64Array.from(x.values, (v, i) => {
    const [low, high] = [grid.minCode - zeroOf(i), grid.maxCode - zeroOf(i)];
    return codeOf(v, scaleOf(i), 0, { ...grid, minCode: low, maxCode: high }) + zeroOf(i);
  });
  return { dims: x.dims, values, float: false, type, ends: { low: grid.minCode, high: grid.maxCode } };
}

/** The code of a number; a scale of 0, which quantizers give to channels of zeros, makes all codes 0. */
function codeOf(v: number, scale: number, shift: number, grid: UniformGrid): number {
  return scale === 0 ? shift : encode(Math.fround(Math.fround(v / scale) + shift), grid);
}

function of(dims: readonly number[], codes: Float64Array, scaleOf: Spread, { scale, axis, ends }: Coding): Tensor {
  const values = Float32Array.from(codes, (code, i) => code * scaleOf(i));
  const bits = ends && Math.ceil(Math.log2(ends.high - ends.low + 1));
  const known = ends !== undefined && (scale.values.length === 1 || axis !== undefined);
  const coded: WeightCodes | undefined = known
    ? {
        codes: Float32Array.from(codes, (code, i) => (scaleOf(i) === 0 ? 0 : code)),
        scales: Float32Array.from(scale.values, (one) => (one === 0 ? 1 : one)),
        axis: axis ?? 0,
        bits: bits as number,
      }
    : undefined;
  return { dims, values, float: true, ...(coded && { coded }), ...(bits !== undefined && { codeBits: bits }) };
}

/** The codes of QONNX's Quant: integers from `low` to `high`. */
export function quantEnds(node: OnnxNode, bits: number): { readonly low: number; readonly high: number } {
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 32))
    refuse(`It rounds to ${bits} bits.`, 'Quantize to 1 to 32 bits, or export the float network.');
  const mode = node.attributes.get('rounding_mode')?.text ?? 'ROUND';
  if (mode !== 'ROUND')
    refuse(
      `Its rounding_mode is "${mode}"; the page rounds to the nearest (ROUND).`,
      'Quantize with ROUND, or export the float network.',
    );
  const signed = integerAttribute(node, 'signed', 1) !== 0;
  const narrow = integerAttribute(node, 'narrow', 0) !== 0 ? 1 : 0;
  return signed
    ? { low: narrow - 2 ** (bits - 1), high: 2 ** (bits - 1) - 1 }
    : { low: 0, high: 2 ** bits - 1 - narrow };
}

/** QONNX's Quant: `(round(x / scale + zero) - zero) * scale`, with codes clipped to their bits. */
export function quant([x, scale, zero, bits]: readonly Tensor[], node: OnnxNode): Tensor {
  if (zero === undefined || bits?.values.length !== 1) refuse('It has no zero point, or not one bit width.', CHECK);
  const ends = quantEnds(node, bits.values[0]);
  const grid = { scale: 1, offset: 0, minCode: ends.low, maxCode: ends.high };
  const [scales, zeros] = [broadcast(scale, x.dims).values, broadcast(zero, x.dims).values];
  const codes = Float64Array.from(x.values, (v, i) => codeOf(v, scales[i], zeros[i], grid) - zeros[i]);
  const whole = zero.values.every(Number.isInteger);
  return of(x.dims, codes, (i) => scales[i], { scale, axis: onlyAxis(scale, x.dims), ends: whole ? ends : undefined });
}

/** QONNX's BipolarQuant: plus or minus the scale. */
export function bipolarQuant([x, scale]: readonly Tensor[]): Tensor {
  const scales = broadcast(scale, x.dims).values;
  const signs = Float64Array.from(x.values, (v) => (v >= 0 ? 1 : -1));
  return of(x.dims, signs, (i) => scales[i], { scale, axis: onlyAxis(scale, x.dims), ends: { low: 0, high: 1 } });
}
