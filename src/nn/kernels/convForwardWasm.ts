// Convolutions on wasm by our own function, bias and ReLU included: products are summed in the order of tfjs' XNNPACK,
// in fewer instructions. What it does not know (dilation, other activations, an odd bias) goes to tfjs' kernel.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { convolutionInfo, dimensions, frameShape } from './convolutionInfo';
import { runFunctions, sizeOf, type WasmWork } from './heap';
import { kernelFunctions } from './wasm/module';

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

/** Smallest and largest result of the activations that the function knows. */
const CLAMPS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [NEGATIVE_INFINITY, POSITIVE_INFINITY],
  relu: [0, POSITIVE_INFINITY],
  relu6: [0, 6],
};

function forwardWork(info: tf.backend_util.Conv2DInfo, clamp: readonly [low: number, high: number]): WasmWork {
  const columns = 8 * Math.ceil(info.outChannels / 8);
  const panels = [info.filterHeight, info.filterWidth, info.inChannels, columns];
  return {
    scratchBytes: () => 4 * (8 + columns + sizeOf(panels) + sizeOf(frameShape(info))),
    run: ({ convForward }, [x, filter, bias = 0], [y], _call, scratch) =>
      convForward(x, filter, bias, y, scratch, ...dimensions(info), ...clamp),
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

/** Puts our convolution before tfjs' on the wasm backend. */
export function registerConvolutionWasm(): void {
  for (const kernelName of [tf.Conv2D, tf.FusedConv2D]) {
    const kernel = tf.getKernel(kernelName, 'wasm');
    if (kernel === undefined || original.has(kernelName)) continue;
    original.set(kernelName, kernel.kernelFunc);
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...kernel, kernelFunc: forward(kernelName) }); // its setup included
  }
}
