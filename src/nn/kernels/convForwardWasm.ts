// Convolutions on wasm by our own function, including bias and ReLU: products are summed in the order of tfjs' XNNPACK,
// in fewer instructions. Unsupported cases (dilation, other activations, an unusual bias) go to tfjs' kernel. Also
// convolutions of integers, whose exact sums are multiplied by a factor per channel in the same pass.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { convolutionInfo, dimensions, frameShape } from './convolutionInfo';
import { runFunctions, sizeOf, type WasmWork } from './heap';
import { type KernelFunctions, kernelFunctions } from './wasm/module';

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

/** Smallest and largest result of the supported activations. */
export const CLAMPS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [NEGATIVE_INFINITY, POSITIVE_INFINITY],
  relu: [0, POSITIVE_INFINITY],
  relu6: [0, 6],
};

function forwardWork(info: tf.backend_util.Conv2DInfo, clamp: readonly [low: number, high: number]): WasmWork {
  const panels = [info.filterHeight, info.filterWidth, info.inChannels, 8 * Math.ceil(info.outChannels / 8)];
  return {
    scratchBytes: () => 4 * (32 + sizeOf(panels) + sizeOf(frameShape(info))),
    run: ({ convForward }, [x, filter, bias = 0, factor = 0], [y], _call, scratch) =>
      convForward(x, filter, bias, factor, y, scratch, ...dimensions(info), ...clamp),
  };
}

const original = new Map<string, tf.KernelFunc>();

function forward(kernelName: string): tf.KernelFunc {
  return (params) => {
    const backend = params.backend as BackendWasm;
    const attrs = params.attrs as unknown as Partial<tf.FusedConv2DAttrs>;
    const functions = kernelFunctions(backend);
    const { x, filter, bias } = params.inputs as { x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo };
    const clamp = CLAMPS[attrs.activation ?? 'linear'];
    const info = convolutionInfo(params.attrs, x.shape, filter.shape);
    const simple =
      clamp !== undefined &&
      attrs.dataFormat !== 'NCHW' &&
      info.dilationHeight * info.dilationWidth === 1 &&
      (bias === undefined || (bias.shape.length === 1 && bias.shape[0] === info.outChannels));
    if (functions === undefined || !simple) return (original.get(kernelName) as tf.KernelFunc)(params);
    const output = backend.makeOutput(info.outShape, 'float32');
    const inputs = bias === undefined ? [x, filter] : [x, filter, bias];
    const call = { shapes: inputs.map(({ shape }) => shape), attrs: {} };
    runFunctions(forwardWork(info, clamp), backend, functions, inputs, [output], call);
    return output;
  };
}

/** Name of the kernel of `scaledConvolution`, which only wasm has. */
const SCALED_CONVOLUTION = 'FewbitsScaledConv2D';

/** True if `scaledConvolution` can run. */
export function hasScaledConvolution(): boolean {
  return (
    tf.getKernel(SCALED_CONVOLUTION, tf.getBackend()) !== undefined &&
    kernelFunctions(tf.backend() as BackendWasm) !== undefined
  );
}

/**
 * `activation(conv2d(x, filter) * factor[c] + bias[c])`, with product and sum rounded to float32 separately. No
 * gradient. The caller owns arguments and result.
 */
export function scaledConvolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  factor: tf.Tensor1D,
  bias: tf.Tensor1D,
  attrs: Pick<tf.FusedConv2DAttrs, 'strides' | 'pad' | 'activation'>,
): tf.Tensor4D {
  return tf.engine().runKernel(SCALED_CONVOLUTION, { x, filter, bias, factor }, attrs as unknown as tf.NamedAttrMap);
}

function registerScaledConvolution(): void {
  if (tf.getKernel(SCALED_CONVOLUTION, 'wasm') !== undefined) return;
  tf.registerKernel({
    kernelName: SCALED_CONVOLUTION,
    backendName: 'wasm',
    kernelFunc: (params) => {
      const backend = params.backend as BackendWasm;
      const inputs = ['x', 'filter', 'bias', 'factor'].map((name) => params.inputs[name] as tf.TensorInfo);
      const info = convolutionInfo(params.attrs, inputs[0].shape, inputs[1].shape);
      const { activation } = params.attrs as unknown as { activation: tf.backend_util.Activation };
      const output = backend.makeOutput(info.outShape, 'float32');
      const call = { shapes: inputs.map(({ shape }) => shape), attrs: {} };
      const functions = kernelFunctions(backend) as KernelFunctions; // checked by hasScaledConvolution
      runFunctions(forwardWork(info, CLAMPS[activation]), backend, functions, inputs, [output], call);
      return output;
    },
  });
}

/** Replaces tfjs' convolution by ours on the wasm backend, keeping tfjs' for unsupported cases. */
export function registerConvolutionWasm(): void {
  registerScaledConvolution();
  for (const kernelName of [tf.Conv2D, tf.FusedConv2D]) {
    const kernel = tf.getKernel(kernelName, 'wasm');
    if (kernel === undefined || original.has(kernelName)) continue;
    original.set(kernelName, kernel.kernelFunc);
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...kernel, kernelFunc: forward(kernelName) }); // including its setup
  }
}
