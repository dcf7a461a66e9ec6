// Registers our own kernels with tfjs. Called once per backend, before its first use.
import { registerFusedSteps } from '../fusedSteps';
import { batchMoments, batchNormalize, batchNormGrad } from './batchNormHeap';
import { blockFloatForward } from './blockFloatHeap';
import { registerCodesWasm } from './codesWasm';
import { registerConvolutionWasm } from './convForwardWasm';
import { depthwiseFilterGrad, depthwiseInputGrad } from './depthwiseGradHeap';
import { fakeQuantBackward, fakeQuantForward } from './fakeQuantHeap';
import { registerHeapKernel } from './heap';
import { registerIdentityWasm } from './identityWasm';
import { learnedInputGrad } from './learnedInputHeap';
import { maxPoolGrad } from './maxPoolGradHeap';
import { sgdStep } from './sgdHeap';
import { registerSliceWasm } from './sliceWasm';
import { registerWasmGradients } from './wasmGradients';

const ON_HEAP = [
  fakeQuantForward,
  fakeQuantBackward,
  blockFloatForward,
  learnedInputGrad,
  batchMoments,
  batchNormalize,
  batchNormGrad,
  sgdStep,
];
// Kernels that tfjs has on cpu, but not (or not correctly) on wasm.
const MISSING_ON_WASM = [maxPoolGrad, depthwiseFilterGrad, depthwiseInputGrad];

/**
 * Registers the kernels of one backend: `cpu`, `wasm`, `webgpu`; `webgl` has none of its own. Safe to repeat. Those of
 * webgpu are loaded with its tfjs backend, so that a browser without a GPU does not load them.
 */
export async function registerKernels(backend: string): Promise<void> {
  switch (backend) {
    case 'wasm':
      registerConvolutionWasm();
      registerWasmGradients();
      registerCodesWasm();
      registerIdentityWasm();
      registerSliceWasm();
      for (const kernel of [...ON_HEAP, ...MISSING_ON_WASM]) registerHeapKernel(kernel, 'wasm');
      break;
    case 'cpu':
      for (const kernel of ON_HEAP) registerHeapKernel(kernel, 'cpu');
      break;
    case 'webgpu':
      (await import('./fakeQuantWebgpu')).registerFakeQuantWebgpu();
      (await import('./blockFloatWebgpu')).registerBlockFloatWebgpu();
      registerFusedSteps('webgpu', (await import('../webgpu/evaluation/fusedNetwork')).webgpuNetwork);
      break;
  }
}
