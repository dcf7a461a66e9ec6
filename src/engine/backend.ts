// Chooses the tfjs backend and proves it with a self-test before anything else uses it. The only file that touches
// tfjs' global state. A backend's code is loaded only after its probe says that it can work here.
import * as tf from '@tensorflow/tfjs-core';
import { registerKernels } from '../nn/kernels/register';
import type { BackendInfo, BackendName } from './protocol/opening';
import { selfTest } from './selfTest';

/** No backend works, or the one that was asked for does not. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

/** What the page or the runner knows of its surroundings. */
export interface BackendOptions {
  /** Use this one and no other. */
  readonly forced?: BackendName;
  /** Where the wasm binaries lie: one URL for each file name. Node finds them itself. */
  readonly wasmPaths?: Readonly<Record<string, string>>;
  /** Told when the backend fails later: a shader that does not compile, a lost device. */
  onFault(error: Error): void;
}

// A real adapter or GPU is required unless the person forces the backend: software ones are right but slow.
const ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

type Opened = { device: string };

async function openWebgpu({ forced, onFault }: BackendOptions): Promise<Opened> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (gpu === undefined) throw new BackendError('this browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new BackendError('WebGPU finds no adapter');
  const info = adapter.info as GPUAdapterInfo & { isFallbackAdapter?: boolean };
  const words = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') || 'unnamed adapter';
  const software = info.isFallbackAdapter === true || /swiftshader|llvmpipe|basic render/i.test(words);
  if (software && forced !== 'webgpu') throw new BackendError(`WebGPU has only a software adapter (${words})`);
  const limits = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  // tfjs installs neither handler: a shader that does not compile would go on with garbage.
  device.addEventListener('uncapturederror', ({ error }) => onFault(new BackendError(`WebGPU: ${error.message}`)));
  device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') onFault(new BackendError(`The GPU device was lost: ${message}`));
  });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device as never, info as never));
  return { device: words };
}

async function openWebgl({ forced }: BackendOptions): Promise<Opened> {
  if (typeof OffscreenCanvas === 'undefined') throw new BackendError('there is no OffscreenCanvas for WebGL');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) throw new BackendError('WebGL 2 is not available');
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (/swiftshader|llvmpipe|software|basic render/i.test(renderer) && forced !== 'webgl')
    throw new BackendError(`WebGL is drawn in software (${renderer})`);
  await import('@tensorflow/tfjs-backend-webgl');
  return { device: renderer };
}

async function openWasm({ wasmPaths }: BackendOptions): Promise<Opened> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (wasmPaths !== undefined) setWasmPaths({ ...wasmPaths });
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new BackendError('this browser has no WebAssembly SIMD');
  return { device: 'WebAssembly SIMD' };
}

async function openCpu(): Promise<Opened> {
  await import('@tensorflow/tfjs-backend-cpu');
  return { device: 'plain JavaScript' };
}

async function open(name: BackendName, options: BackendOptions): Promise<Opened> {
  const opened =
    name === 'webgpu'
      ? await openWebgpu(options)
      : name === 'webgl'
        ? await openWebgl(options)
        : name === 'wasm'
          ? await openWasm(options)
          : await openCpu();
  await registerKernels(name);
  if (!(await tf.setBackend(name)) || tf.getBackend() !== name) throw new BackendError('tfjs could not start it');
  await tf.ready();
  await selfTest();
  return opened;
}

/**
 * Opens the first backend in the order webgpu, webgl, wasm, cpu that exists and passes the self-test.
 * @throws BackendError when the forced one, or every one, fails; the message says why for each.
 */
export async function chooseBackend(options: BackendOptions): Promise<BackendInfo> {
  tf.enableProdMode();
  const passedOver: { name: BackendName; reason: string }[] = [];
  for (const name of options.forced ? [options.forced] : ORDER) {
    try {
      return { name, device: (await open(name, options)).device, passedOver };
    } catch (error) {
      passedOver.push({ name, reason: (error as Error).message });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new BackendError(`No backend works here (${reasons}). Update the browser, or open the page in another one.`);
}

/** Tensors alive, for leak tests and the status line. */
export function aliveTensors(): number {
  return tf.memory().numTensors;
}
