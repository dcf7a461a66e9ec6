// Chooses the tfjs backend and runs a self-test before anything else uses it. The only file that touches tfjs' global
// state. A backend's code is loaded only after its probe says that it can work here.
import * as tf from '@tensorflow/tfjs-core';
import { registerKernels } from '../nn/kernels/register';
import { type Patience, wait } from './patience';
import type { BackendInfo, BackendName } from './protocol/opening';
import { selfTest } from './selfTest';

/** No backend works, or the requested one does not. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

/** The environment of the page or the command line. */
export interface BackendOptions {
  /** Use this one and no other. */
  readonly forced?: BackendName;
  /** Try this one first, e.g. because it was the fastest of a race. */
  readonly prefer?: BackendName;
  /** Fetches tfjs' WebAssembly module (SIMD, one thread); if absent, tfjs finds it itself, as in Node. */
  readonly wasm?: (onBytes: (done: number) => void) => Promise<ArrayBuffer>;
  /** Called with what is being opened, and the bytes that have arrived. */
  readonly onProgress?: (phase: string, bytes?: number) => void;
  /** Called when the backend fails later: a shader that does not compile, a lost device. */
  onFault(error: Error): void;
}

// A real adapter or GPU is required unless the user forces the backend: software ones are correct but slow.
const ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

/** Seconds that a backend may be silent while its code loads, and then until it has passed the self-test. */
const ARRIVAL = 60;
const START = 20;

/** Possible causes of a lost device, worded for users of the page. */
const LOST = 'its driver failed or restarted, its memory ran out, or the computer slept.';

interface Opened {
  readonly device: string;
  /** Called when tfjs has begun to use it. */
  started?(): void;
  /** Measures which kernels are fast on it, after the self-test. */
  tune?(): Promise<unknown>;
}
/** Called at each sign of life. */
type Beat = () => void;

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
  // tfjs installs neither handler: after a shader that does not compile it would continue with garbage. Nothing here
  // destroys a device, so a destroyed one is lost like any other.
  device.addEventListener('uncapturederror', ({ error: cause }) =>
    onFault(new BackendError('the GPU refused a computation.', { cause })),
  );
  device.lost.then(({ message }) =>
    onFault(new BackendError(`the GPU (WebGPU) was lost: ${LOST}`, { cause: message })),
  );
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device as never, info as never));
  const tune = async () => (await import('../nn/webgpu/evaluation/tuning')).tuneEvaluation();
  return { device: words, ...(!software && { tune }) };
}

async function openWebgl({ forced, onFault }: BackendOptions): Promise<Opened> {
  if (typeof OffscreenCanvas === 'undefined') throw new BackendError('there is no OffscreenCanvas for WebGL');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) throw new BackendError('WebGL 2 is not available');
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (/swiftshader|llvmpipe|software|basic render/i.test(renderer) && forced !== 'webgl')
    throw new BackendError(`WebGL is drawn in software (${renderer})`);
  await import('@tensorflow/tfjs-backend-webgl');
  const started = () => {
    const { canvas } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl;
    // tfjs only forgets the context, and pending requests would wait forever (tensorflow/tfjs#756).
    canvas.addEventListener('webglcontextlost', (event) =>
      onFault(
        new BackendError(`the GPU (WebGL) was lost: ${LOST}`, { cause: (event as WebGLContextEvent).statusMessage }),
      ),
    );
  };
  return { device: renderer, started };
}

async function openWasm({ wasm, onProgress }: BackendOptions, beat: Beat): Promise<Opened> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // The threaded module starts its threads from its own source text, which does not survive a bundler: on an isolated
  // page, the only place where it would be chosen, it fails (tensorflow/tfjs#4539).
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new BackendError('this browser has no WebAssembly SIMD');
  if (wasm !== undefined) {
    const bytes = await wasm((done) => {
      beat();
      onProgress?.('Loading WebAssembly', done);
    });
    // tfjs would wait forever for a module that does not compile.
    if (!WebAssembly.validate(bytes)) throw new BackendError('its module is damaged');
    tf.env().platform.fetch = async () => new Response(bytes);
    setWasmPaths('', true);
  }
  return { device: 'WebAssembly SIMD' };
}

async function openCpu(): Promise<Opened> {
  await import('@tensorflow/tfjs-backend-cpu');
  return { device: 'plain JavaScript' };
}

const OPENERS: Readonly<Record<BackendName, (options: BackendOptions, beat: Beat) => Promise<Opened>>> = {
  webgpu: openWebgpu,
  webgl: openWebgl,
  wasm: openWasm,
  cpu: openCpu,
};

/** The result of `work`, or an error after `seconds` of silence. */
async function within<T>(seconds: number, why: string, work: (beat: Beat) => Promise<T>): Promise<T> {
  let patience: Patience | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      patience = wait(seconds, () => reject(new BackendError(`${why} for ${seconds} seconds`)));
    });
    return await Promise.race([work(() => patience?.beat()), late]);
  } finally {
    patience?.end();
  }
}

async function open(name: BackendName, options: BackendOptions): Promise<Opened> {
  // A forced backend has no replacement.
  const [arrival, start] = options.forced ? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] : [ARRIVAL, START];
  let isProven = false;
  let giveUp: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  failed.catch(() => {}); // also if nobody listens any more
  // A fault before the self-test has passed is a reason to try the next backend; faults of a backend that was passed
  // over are ignored.
  const onFault = (error: Error) => (isProven ? options.onFault(error) : giveUp(error));
  const opened = await within(arrival, 'nothing of its code arrived', async (beat) => {
    const found = await OPENERS[name]({ ...options, onFault }, beat);
    await registerKernels(name);
    return found;
  });
  const proof = within(start, 'it did not answer', async () => {
    if (!(await tf.setBackend(name)) || tf.getBackend() !== name) throw new BackendError('tfjs could not start it');
    await tf.ready();
    opened.started?.();
    await selfTest();
    await opened.tune?.();
  });
  await Promise.race([proof, failed]);
  isProven = true;
  return opened;
}

/**
 * Opens the first backend in the order `prefer`, webgpu, webgl, wasm, cpu that exists and passes the self-test.
 * @throws BackendError when the forced one, or every one, fails; the message says why for each.
 */
export async function chooseBackend(options: BackendOptions): Promise<BackendInfo> {
  tf.enableProdMode();
  const passedOver: { name: BackendName; reason: string }[] = [];
  const { forced, prefer } = options;
  const order = forced ? [forced] : [...new Set([...(prefer ? [prefer] : []), ...ORDER])];
  for (const name of order) {
    try {
      options.onProgress?.(`Starting ${name}`);
      return { name, device: (await open(name, options)).device, passedOver };
    } catch (error) {
      // Its pending work must not replace the next one later.
      if (tf.findBackendFactory(name)) tf.removeBackend(name);
      passedOver.push({ name, reason: (error as Error).message });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new BackendError(`No backend works here (${reasons}). Update the browser, or open the page in another one.`);
}
