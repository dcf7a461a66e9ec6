// Block floating point as one WGSL dispatch, one block per thread. Exponents are read from bits and steps built from
// bits, because WGSL's log2 and exp2 are approximations.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { webgpu_util } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { blockFloatForward } from './blockFloatHeap';

type Program = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

function program(shape: number[], blocks: number): Program {
  const workgroupSize: [number, number, number] = [64, 1, 1];
  return {
    variableNames: ['X'],
    outputShape: shape,
    uniforms: 'channels : i32, block : i32, blocks : i32, bits : i32,',
    workgroupSize,
    dispatchLayout: webgpu_util.flatDispatchLayout(shape),
    dispatch: webgpu_util.computeDispatch(webgpu_util.flatDispatchLayout([blocks]), [blocks], workgroupSize, [1, 1, 1]),
    shaderKey: 'fewbitsBlockFloat',
    // A zero or subnormal block has exponent bits 0, whether or not the device flushes subnormals.
    getUserCode: () => `
  fn main(index : i32) {
    if (index < uniforms.blocks) {
      let blocksAPlace = (uniforms.channels + uniforms.block - 1) / uniforms.block;
      let place = (index / blocksAPlace) * uniforms.channels;
      let first = (index % blocksAPlace) * uniforms.block;
      let start = place + first;
      let end = place + min(uniforms.channels, first + uniforms.block);
      var largest = 0.0;
      for (var i = start; i < end; i++) { largest = max(largest, abs(X[i])); }
      let exponent = clamp(i32(bitcast<u32>(largest) >> 23u) - 127, -64, 63);
      let step = exponent - uniforms.bits + 1;
      let scale = bitcast<f32>(u32(127 + step) << 23u);
      let inverse = bitcast<f32>(u32(127 - step) << 23u);
      let limit = f32((1 << u32(uniforms.bits)) - 1);
      for (var i = start; i < end; i++) {
        setOutputAtIndex(i, clamp(round(X[i] * inverse), -limit, limit) * scale);
      }
    }
  }`,
  };
}

/** Registers the kernel on the webgpu backend. */
export function registerBlockFloatWebgpu(): void {
  if (tf.getKernel(blockFloatForward.name, 'webgpu') !== undefined) return;
  tf.registerKernel({
    kernelName: blockFloatForward.name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const x = inputs.x as tf.TensorInfo;
      const { block, bits } = attrs as unknown as { block: number; bits: number };
      const channels = x.shape[x.shape.length - 1];
      const blocks = (tf.util.sizeFromShape(x.shape) / channels) * Math.ceil(channels / block);
      const uniforms = [channels, block, blocks, bits].map((value) => ({ type: 'int32', data: [value] }));
      return (backend as WebGPUBackend).runWebGPUProgram(program(x.shape, blocks), [x], 'float32', uniforms);
    },
  });
}
