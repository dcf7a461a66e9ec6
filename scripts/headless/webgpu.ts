// Dawn's WebGPU for Node, from the `webgpu` package. At 138 MB it is not in package.json: `npm i --no-save webgpu@0.6.2`.

/** Puts `navigator.gpu` and the WebGPU classes where browsers have them. @throws Error if the package is missing. */
export async function installWebgpu(): Promise<void> {
  const name = 'webgpu'; // not to be resolved by the compiler
  const { create, globals } = await import(name);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}
