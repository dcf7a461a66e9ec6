/** Declared here because it is used only where someone has installed it. */
declare module 'webgpu' {
  /** Dawn's `navigator.gpu`. */
  export function create(flags: readonly string[]): GPU;
  /** The WebGPU classes that browsers have as globals. */
  export const globals: object;
}
