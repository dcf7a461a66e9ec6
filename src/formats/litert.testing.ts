// LiteRT (formerly TensorFlow Lite) as a witness: the WebAssembly build of `@litertjs/core`, run in Node through the bindings
// below its public classes, which take int8 too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

type Handle = Record<string, (...args: unknown[]) => unknown> & { delete(): void };

interface Buffer {
  lock(mode: unknown): number;
  unlock(): void;
  packedSize(): number;
  delete(): void;
}

interface Bindings {
  readonly HEAPU8: Uint8Array;
  readonly LiteRtEnvironment: { create(device: null): Handle };
  readonly LiteRtTensorBufferType: { readonly HOST_MEMORY: unknown };
  readonly LiteRtTensorBufferLockMode: { readonly READ: unknown; readonly WRITE: unknown };
  readonly LiteRtTensorBuffer: {
    createManaged(environment: Handle, kind: unknown, type: unknown, bytes: number): Buffer;
  };
  _malloc(bytes: number): number;
  setupLogging(): void;
  loadModel(environment: Handle, at: number, bytes: number): Handle;
  compileModel(environment: Handle, model: Handle, options: unknown): Promise<Handle>;
}

const quiet = () => {};

async function start(): Promise<Bindings> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@litertjs/core')), '../wasm');
  const source = readFileSync(join(folder, 'litert_wasm_compat_internal.js'), 'utf8');
  const module = { exports: {} as unknown };
  // The package calls itself a module, but this file is a CommonJS one.
  new Function('module', 'exports', 'require', '__filename', '__dirname', source)(
    ...[module, module.exports, createRequire(import.meta.url), join(folder, 'litert.js'), folder],
  );
  const factory = module.exports as (options: object) => Promise<Bindings>;
  const wasmBinary = readFileSync(join(folder, 'litert_wasm_compat_internal.wasm'));
  const bindings = await factory({ wasmBinary, print: quiet, printErr: quiet });
  bindings.setupLogging();
  return bindings;
}

let started: Promise<Bindings> | undefined;

/** The outputs [bytes] of a .tflite file with one input and one output, for each input in its own type. */
export async function runLiteRt(file: Uint8Array, inputs: readonly ArrayBufferView[]): Promise<Uint8Array[]> {
  started ??= start();
  const litert = await started;
  const environment = litert.LiteRtEnvironment.create(null);
  const at = litert._malloc(file.length);
  litert.HEAPU8.set(file, at);
  const model = litert.loadModel(environment, at, file.length);
  const compiled = await litert.compileModel(environment, model, {
    ...{ environment, accelerator: 'wasm', cpuOptions: { numThreads: 1 }, gpuOptions: {}, webNNOptions: {} },
  });
  const results: Uint8Array[] = [];
  for (const input of inputs) {
    const buffer = litert.LiteRtTensorBuffer.createManaged(
      environment,
      litert.LiteRtTensorBufferType.HOST_MEMORY,
      model.getInputTensorType(0, 0),
      input.byteLength,
    );
    const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    litert.HEAPU8.set(bytes, buffer.lock(litert.LiteRtTensorBufferLockMode.WRITE));
    buffer.unlock();
    const [output] = (await compiled.run(0, [buffer])) as Buffer[];
    const from = output.lock(litert.LiteRtTensorBufferLockMode.READ);
    results.push(litert.HEAPU8.slice(from, from + output.packedSize()));
    output.unlock();
    output.delete();
    buffer.delete();
  }
  compiled.delete();
  model.delete();
  return results;
}
