// Dawn's WebGPU for Node, from the `webgpu` package: an optional peer, because it has 138 MB.

/** Puts `navigator.gpu` and the WebGPU classes where browsers have them. @throws Error if the package is missing. */
export async function installWebgpu(): Promise<void> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}
