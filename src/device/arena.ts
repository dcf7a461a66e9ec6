// The working memory that TensorFlow Lite for Microcontrollers plans for a .tflite file with its reference kernels.
// Reference: tflite-micro, tensorflow/lite/micro/memory_planner/greedy_memory_planner.cc and micro_allocation_info.cc.
import { readModel, type TfliteModel, type TfliteTensor } from '../formats/import/tflite/model';
import { TENSOR_TYPES } from '../formats/tfliteSchema';
import { type Block, placed } from '../math/placement';

const BYTES: ReadonlyMap<number, number> = new Map([
  [TENSOR_TYPES.FLOAT32, 4],
  [TENSOR_TYPES.INT32, 4],
  [TENSOR_TYPES.INT16, 2],
  [TENSOR_TYPES.INT8, 1],
  [TENSOR_TYPES.UINT8, 1],
]);

const aligned = (bytes: number) => 16 * Math.ceil(bytes / 16);
const count = ({ shape }: TfliteTensor) => shape.reduce((product, d) => product * d, 1);

/** What the kernel of an operation needs beside its tensors: sums of a MEAN, and the codes of INT4 weights. */
function scratch({ tensors }: TfliteModel, { op, inputs, outputs }: TfliteModel['operations'][number]): number[] {
  const [x, constant] = inputs.map((i) => tensors[i as number]);
  if (op === 'MEAN') return [4 * count(tensors[outputs[0]]), 4 * x.shape.length, 4 * count(constant)];
  return constant?.type === TENSOR_TYPES.INT4 ? [count(constant)] : [];
}

/**
 * Bytes of tensors and scratch memory at their peak. The interpreter's own tables come on top, some kilobytes that depend on
 * its version.
 */
export function arenaBytes(file: Uint8Array): number {
  const model = readModel({ name: 'the .tflite file', bytes: file });
  const { tensors, operations, inputs, outputs } = model;
  const uses = new Map<number, { first: number; last: number }>();
  const use = (tensor: number, time: number) => {
    if (tensors[tensor].data !== undefined) return;
    const known = uses.get(tensor);
    uses.set(tensor, { first: known?.first ?? time, last: time });
  };
  for (const i of inputs) use(i, 0);
  for (const [i, operation] of operations.entries())
    for (const tensor of [...operation.inputs, ...operation.outputs]) if (tensor !== undefined) use(tensor, i + 1);
  for (const i of outputs) use(i, operations.length);
  const blocks = [...uses]
    .sort(([a], [b]) => a - b)
    .map(([i, use]): Block => ({ bytes: aligned(count(tensors[i]) * (BYTES.get(tensors[i].type) ?? 0)), ...use }));
  const extra = operations.flatMap((operation, i) =>
    scratch(model, operation).map((bytes): Block => ({ bytes: aligned(bytes), first: i + 1, last: i + 1 })),
  );
  return placed([...blocks, ...extra]).bytes;
}
