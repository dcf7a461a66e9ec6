// Places blocks of memory that are in use for some steps each, as TensorFlow Lite for Microcontrollers does.
// Reference: tflite-micro, tensorflow/lite/micro/memory_planner/greedy_memory_planner.cc.

/** Memory in use from the step `first` to the step `last`. */
export interface Block {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/**
 * The offset of each block, in the order given, and the bytes up to the end of the last one. The largest is placed first, each
 * into the first gap between those in use at the same time; of equally large ones, the later first.
 */
export function placed(blocks: readonly Block[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const order = blocks.map((block, index) => ({ ...block, index })).reverse();
  order.sort((a, b) => b.bytes - a.bytes);
  const offsets: number[] = [];
  const sorted: (Block & { readonly offset: number })[] = [];
  for (const { index, ...block } of order) {
    let offset = 0;
    for (const other of sorted) {
      if (other.first > block.last || block.first > other.last) continue;
      if (other.offset - offset >= block.bytes) break;
      offset = Math.max(offset, other.offset + other.bytes);
    }
    const at = sorted.findIndex((other) => other.offset > offset);
    sorted.splice(at < 0 ? sorted.length : at, 0, { ...block, offset });
    offsets[index] = offset;
  }
  return { offsets, bytes: Math.max(0, ...sorted.map(({ offset, bytes }) => offset + bytes)) };
}
