// Copies parts of a tensor; see src/nn/kernels/sliceWasm.ts.

/** Copies `count` runs of `bytes`, of which one begins every `step` bytes, one after another. */
export function copyRuns(from: usize, to: usize, bytes: i32, count: i32, step: i32): void {
  const vectors = bytes & ~15;
  for (let r = 0; r < count; r++) {
    let at = 0;
    for (; at < vectors; at += 16) v128.store(to + at, v128.load(from + at));
    for (; at < bytes; at++) store<u8>(to + at, load<u8>(from + at));
    from += step;
    to += bytes;
  }
}
