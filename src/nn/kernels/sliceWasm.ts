// Slices on wasm within the heap. tfjs-backend-wasm's own reads the whole tensor out of it and cuts in JavaScript, with a typed
// array per row: the shortcuts of ResNets took megabytes per batch that way, and the garbage collector the other core.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from './heap';
import { kernelFunctions } from './wasm/module';

/** Replaces the slice of the wasm backend; without our functions, its own goes on. */
export function registerSliceWasm(): void {
  const own = tf.getKernel(tf.Slice, 'wasm');
  if (own === undefined || isOurs.has(own.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (params) => {
    const { inputs, attrs } = params;
    const backend = params.backend as BackendWasm;
    const x = inputs.x as tf.TensorInfo;
    const copyRuns = kernelFunctions(backend)?.copyRuns;
    if (copyRuns === undefined || x.dtype === 'string') return own.kernelFunc(params);
    const { begin, size } = attrs as unknown as tf.SliceAttrs;
    const [from, shape] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x, from, shape);
    const y = backend.makeOutput(shape, x.dtype);
    if (sizeOf(shape) === 0) return y;

    // Dimensions that are whole at the end, and the last cut one, are one run; the dimension before counts runs.
    let cut = shape.length - 1;
    while (cut > 0 && shape[cut] === x.shape[cut]) cut--;
    const strides = x.shape.map((_, d) => tf.util.bytesPerElement(x.dtype) * sizeOf(x.shape.slice(d + 1)));
    const address = ({ dataId }: tf.TensorInfo) => backend.dataIdMap.get(dataId).memoryOffset;
    const bytes = shape[cut] * strides[cut];
    const count = cut > 0 ? shape[cut - 1] : 1;
    const step = cut > 0 ? strides[cut - 1] : 0;
    let to = address(y);
    const copy = (d: number, at: number) => {
      if (d < cut - 1) for (let i = 0; i < shape[d]; i++) copy(d + 1, at + i * strides[d]);
      else {
        copyRuns(at, to, bytes, count, step);
        to += bytes * count;
      }
    };
    copy(
      0,
      from.reduce((sum, start, d) => sum + start * strides[d], address(x)),
    );
    return y;
  };
  isOurs.add(kernelFunc);
  tf.unregisterKernel(tf.Slice, 'wasm');
  tf.registerKernel({ kernelName: tf.Slice, backendName: 'wasm', kernelFunc });
}

const isOurs = new WeakSet<tf.KernelFunc>();
