// Fake quantization as one WGSL dispatch, four numbers per thread if the layout allows it. WGSL rounds products
// correctly but not quotients, so the reciprocal of the scale is passed as data.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { webgpu_util } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { fakeQuantBackward, fakeQuantForward } from './fakeQuantHeap';

type Program = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

/** The value of a per-group parameter for the numbers at `index`: a scalar, or one to four neighbors of the last dimension. */
function parameter(name: string, groups: number, width: number): string {
  if (groups === 1) return `get${name}(0)`;
  if (width === 1) return `get${name}(index % ${groups})`;
  const channel = `(index * 4) % ${groups}`;
  return `vec4<f32>(${[0, 1, 2, 3].map((i) => `get${name}(${channel} + ${i})`).join(', ')})`;
}

function program(shape: number[], groups: number, backward: boolean): Program {
  const size = tf.util.sizeFromShape(shape);
  const width = size % 4 === 0 && (groups === 1 || groups % 4 === 0) ? 4 : 1;
  const type = width === 4 ? 'vec4<f32>' : 'f32';
  const dispatchLayout = webgpu_util.flatDispatchLayout(shape);
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const code = `round((x - ${type}(${parameter('Offset', groups, width)})) * ${type}(${parameter('Inverse', groups, width)}))`;
  const low = `${type}(uniforms.minCode)`;
  const high = `${type}(uniforms.maxCode)`;
  const forward = `
      let scale = ${type}(${parameter('Scale', groups, width)});
      setOutputAtIndex(index, clamp(code, ${low}, ${high}) * scale + ${type}(${parameter('Offset', groups, width)}));`;
  const gradient = `
      let dy = getDyByOutputIndex(index);
      setOutputAtIndex(index, select(${type}(0.0), dy, (code >= ${low}) & (code <= ${high})));`;
  return {
    variableNames: backward ? ['X', 'Dy', 'Inverse', 'Offset'] : ['X', 'Scale', 'Inverse', 'Offset'],
    variableComponents: backward ? [width, width, 1, 1] : [width, 1, 1, 1],
    outputComponent: width,
    outputShape: shape,
    uniforms: 'minCode : f32, maxCode : f32,',
    workPerThread: width,
    workgroupSize,
    size: true,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, shape, workgroupSize, [width, 1, 1]),
    shaderKey: `fewbitsFakeQuant_${backward ? 'grad' : 'forward'}_${width}_${groups}`,
    getUserCode: () => `
  fn main(index : i32) {
    if (index < uniforms.size) {
      let x = getXByOutputIndex(index);
      let code = ${code};${backward ? gradient : forward}
    }
  }`,
  };
}

function register(name: string, inputNames: readonly string[], backward: boolean): void {
  if (tf.getKernel(name, 'webgpu') !== undefined) return;
  tf.registerKernel({
    kernelName: name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tensors = inputNames.map((input) => inputs[input] as tf.TensorInfo);
      const { minCode, maxCode } = attrs as unknown as { minCode: number; maxCode: number };
      const groups = tf.util.sizeFromShape((inputs.inverse as tf.TensorInfo).shape);
      const { shape } = inputs.x as tf.TensorInfo;
      return (backend as WebGPUBackend).runWebGPUProgram(program(shape, groups, backward), tensors, 'float32', [
        { type: 'float32', data: [minCode] },
        { type: 'float32', data: [maxCode] },
      ]);
    },
  });
}

/** Registers the forward and the gradient kernel on the webgpu backend. */
export function registerFakeQuantWebgpu(): void {
  register(fakeQuantForward.name, fakeQuantForward.inputs, false);
  register(fakeQuantBackward.name, fakeQuantBackward.inputs, true);
}
