// Layers of integers on wasm by our own functions: activations are codes, one byte each, `code - minCode`. tfjs' only type of
// one byte is `bool`, so a tensor of codes has that type. No gradients.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { inverseScale, type UniformGrid } from '../../quant/uniformGrid';
import { CLAMPS } from './convForwardWasm';
import { convolutionInfo, dimensions, frameShape } from './convolutionInfo';
import { sizeOf } from './heap';
import type { CodedWork } from './packCodes';
import { type Address, type IntegerFunctions, integerFunctions } from './wasm/module';

const QUANTIZE = 'FewbitsQuantizeCodes';
const ADD = 'FewbitsAddCodes';
const MAX_POOL = 'FewbitsMaxPoolCodes';
const LAYER = 'FewbitsIntegerLayer';

/** A step's result as floats, as codes of a grid, or both. */
export interface Result {
  readonly float?: tf.Tensor;
  readonly codes?: tf.Tensor;
}

/** The forms of a result that are needed. */
export interface Forms {
  readonly float: boolean;
  readonly codes?: UniformGrid;
}

export type Activation = 'relu' | 'relu6' | undefined;

/** Window of a convolution or pooling in tfjs' form. */
export type WindowAttrs = Pick<tf.FusedConv2DAttrs, 'strides' | 'pad'>;

/** Our functions for layers of integers if the current backend has them. */
export function codeFunctions(): IntegerFunctions | undefined {
  return tf.getKernel(LAYER, tf.getBackend()) && integerFunctions(tf.backend() as BackendWasm);
}

/** Codes of `x`, or undefined if it contains NaN, which has no code. The caller owns both. */
export function quantizeCodes(x: tf.Tensor, grid: UniformGrid): tf.Tensor | undefined {
  return run(QUANTIZE, { x }, { grid })[0];
}

/** `activation(a + b)` in the wanted forms, which include codes; undefined if it contains NaN. The caller owns all. */
export function addCodes(a: tf.Tensor, b: tf.Tensor, activation: Activation, forms: Forms): Result | undefined {
  const results = run(ADD, { a, b }, { activation, forms });
  return results.length === 0 ? undefined : resultOf(results, forms);
}

/** Largest codes of windows. The caller owns both. */
export function maxPoolCodes(
  codes: tf.Tensor,
  size: readonly [h: number, w: number],
  { strides, pad }: WindowAttrs,
): tf.Tensor {
  return run(MAX_POOL, { codes }, { size, strides, pad })[0];
}

/** A layer of integers on the device. */
export interface CodedKernel {
  readonly work: CodedWork;
  readonly packed: tf.Tensor;
  readonly block: number;
  /** [kh, kw, cin, cout], [kh, kw, c, 1] or [in, out]. */
  readonly shape: readonly number[];
  /** Grid of the input. */
  readonly input: UniformGrid;
}

/** `activation(layer(codes) * multiplier[c] + bias[c])` in the wanted forms. The caller owns arguments and results. */
export function integerLayer(
  codes: tf.Tensor,
  kernel: CodedKernel,
  window: WindowAttrs | undefined,
  activation: Activation,
  forms: Forms,
): Result {
  const { packed, ...rest } = kernel;
  return resultOf(run(LAYER, { codes, packed }, { kernel: rest, window, activation, forms }), forms);
}

function run(name: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as unknown as tf.Tensor[];
}

function resultOf(results: readonly tf.Tensor[], { float }: Forms): Result {
  const [first, second] = results;
  return { ...(float ? { float: first, ...(second && { codes: second }) } : { codes: first }) };
}

/** Outputs in the wanted forms, floats first, and their addresses: 0 for a form that is not wanted. */
function outputsOf(backend: BackendWasm, shape: readonly number[], { float, codes }: Forms) {
  const outputs: tf.TensorInfo[] = [];
  const make = (dtype: 'float32' | 'bool'): Address => {
    outputs.push(backend.makeOutput([...shape], dtype));
    return addressOf(backend, outputs[outputs.length - 1]);
  };
  const y = float ? make('float32') : 0;
  return { outputs, addresses: [y, codes === undefined ? 0 : make('bool')] };
}

function addressOf(backend: BackendWasm, { dataId }: tf.TensorInfo): Address {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

/** Runs `work` with scratch memory of some bytes. */
function withScratch<T>(backend: BackendWasm, bytes: number, work: (scratch: Address) => T): T {
  const scratch = backend.makeOutput([Math.ceil(bytes / 4)], 'int32');
  const result = work(addressOf(backend, scratch));
  backend.disposeData(scratch.dataId);
  return result;
}

/** The arguments that describe a grid of codes; any numbers if there is none. */
function gridArguments(grid: UniformGrid | undefined): number[] {
  return grid === undefined ? [0, 0, 0] : [inverseScale(grid.scale), grid.minCode, grid.maxCode];
}

function discarded(backend: BackendWasm, outputs: readonly tf.TensorInfo[]): tf.TensorInfo[] {
  for (const { dataId } of outputs) backend.disposeData(dataId);
  return [];
}

type Work = (
  backend: BackendWasm,
  functions: IntegerFunctions,
  inputs: readonly tf.TensorInfo[],
  attrs: Readonly<Record<string, unknown>>,
) => tf.TensorInfo[];

const quantizeWork: Work = (backend, functions, [x], attrs) => {
  const grid = attrs.grid as UniformGrid;
  const { outputs, addresses } = outputsOf(backend, x.shape, { float: false, codes: grid });
  const bad = withScratch(backend, 16, (scratch) =>
    functions.quantizeCodes(addressOf(backend, x), addresses[1], scratch, sizeOf(x.shape), ...gridArguments(grid)),
  );
  return bad === 0 ? outputs : discarded(backend, outputs);
};

const addWork: Work = (backend, functions, [a, b], attrs) => {
  const forms = attrs.forms as Forms;
  const clamp = CLAMPS[(attrs.activation as Activation) ?? 'linear'];
  const { outputs, addresses } = outputsOf(backend, a.shape, forms);
  const numbers = [sizeOf(a.shape), ...clamp, ...gridArguments(forms.codes)];
  const bad = withScratch(backend, 16, (scratch) =>
    functions.addCodes(addressOf(backend, a), addressOf(backend, b), ...addresses, scratch, ...numbers),
  );
  return bad === 0 ? outputs : discarded(backend, outputs);
};

const maxPoolWork: Work = (backend, functions, [codes], attrs) => {
  const { size, strides, pad } = attrs as unknown as { size: [number, number] } & WindowAttrs;
  const channels = codes.shape[3];
  const info = convolutionInfo({ strides, pad } as unknown as tf.NamedAttrMap, codes.shape, [
    ...size,
    channels,
    channels,
  ]);
  const output = backend.makeOutput(info.outShape, 'bool');
  const numbers = dimensions(info);
  numbers.splice(6, 1); // as many channels as in the input
  functions.maxPoolCodes(addressOf(backend, codes), addressOf(backend, output), ...numbers);
  return [output];
};

/** Sizes of a layer for our functions: a dense one is a convolution whose pixels are the images. */
function layerSizes(
  xShape: readonly number[],
  shape: readonly number[],
  window: WindowAttrs | undefined,
  work: CodedWork,
) {
  if (window === undefined) {
    const [n, depth] = xShape;
    const units = shape[1];
    return {
      outShape: [n, units],
      numbers: [1, 1, n, depth, 1, n, units, 1, 1, 1, 1, 0, 0],
      frame: n * depth,
      pixels: n,
      taps: 1,
    };
  }
  const depthwise = work === 'depthwiseWords';
  const info = convolutionInfo(window as unknown as tf.NamedAttrMap, xShape, shape, depthwise);
  return {
    outShape: info.outShape,
    numbers: dimensions(info),
    frame: sizeOf(frameShape(info)),
    pixels: info.outHeight * info.outWidth,
    taps: shape[0] * shape[1],
  };
}

const layerWork: Work = (backend, functions, [codes, packed], attrs) => {
  const { kernel, window, activation, forms } = attrs as unknown as {
    kernel: Omit<CodedKernel, 'packed'>;
    window: WindowAttrs | undefined;
    activation: Activation;
    forms: Forms;
  };
  const { work, block, input, shape } = kernel;
  const { outShape, numbers, frame, pixels, taps } = layerSizes(codes.shape, shape, window, work);
  const { outputs, addresses } = outputsOf(backend, outShape, forms);
  const offsets = work === 'depthwiseWords' ? taps + 1 : pixels + 3;
  const bytes = 4 * offsets + (work === 'convolveWords' ? 2 : 1) * frame;
  const ends = [-input.minCode, block, ...CLAMPS[activation ?? 'linear'], ...gridArguments(forms.codes)];
  const add = functions[work] as NonNullable<(typeof functions)[typeof work]>; // checked by `codeFunctions`' callers
  withScratch(backend, 64 + bytes + 16, (scratch) =>
    add(addressOf(backend, codes), addressOf(backend, packed), ...addresses, scratch, ...numbers, ...ends),
  );
  return outputs;
};

const KERNELS: readonly { readonly name: string; readonly inputs: readonly string[]; readonly work: Work }[] = [
  { name: QUANTIZE, inputs: ['x'], work: quantizeWork },
  { name: ADD, inputs: ['a', 'b'], work: addWork },
  { name: MAX_POOL, inputs: ['codes'], work: maxPoolWork },
  { name: LAYER, inputs: ['codes', 'packed'], work: layerWork },
];

/** Registers the kernels on the wasm backend. */
export function registerCodesWasm(): void {
  for (const { name, inputs: names, work } of KERNELS) {
    if (tf.getKernel(name, 'wasm') !== undefined) continue;
    tf.registerKernel({
      kernelName: name,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const functions = integerFunctions(backend as BackendWasm) as IntegerFunctions;
        const tensors = names.map((key) => inputs[key] as tf.TensorInfo);
        return work(backend as BackendWasm, functions, tensors, attrs as Readonly<Record<string, unknown>>);
      },
    });
  }
}
