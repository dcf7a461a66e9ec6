// The working memory that TensorFlow Lite for Microcontrollers plans for a .tflite file.
// Reference: tflite-micro, tensorflow/lite/micro/memory_planner/greedy_memory_planner.cc and micro_allocation_info.cc.

import { type Block, placed } from '../math/placement';
import { BYTES } from './import/tflite/constants';
import { readModel, type TfliteModel, type TfliteTensor } from './import/tflite/model';
import { TENSOR_TYPES } from './tfliteSchema';

const aligned = (bytes: number) => 16 * Math.ceil(bytes / 16);
const count = ({ shape }: TfliteTensor) => shape.reduce((product, d) => product * d, 1);

/** Programs that compute operations: TFLM's own, and CMSIS-NN on cores with DSP instructions (M4, M7, M33) and with MVE (M55, M85). */
export type Kernels = 'reference' | 'dsp' | 'mve';

/**
 * What the kernel of an operation needs beside its tensors: sums of a MEAN, codes of INT4 weights, columns of a convolution.
 * Reference: CMSIS-NN, the functions arm_*_get_buffer_size.
 */
function scratch(
  { tensors }: TfliteModel,
  { op, inputs, outputs, options }: TfliteModel['operations'][number],
  kernels: Kernels,
): number[] {
  const [x, constant] = inputs.map((i) => tensors[i as number]);
  if (op === 'MEAN') return [4 * count(tensors[outputs[0]]), 4 * x.shape.length, 4 * count(constant)];
  if (kernels === 'reference') return constant?.type === TENSOR_TYPES.INT4 ? [count(constant)] : [];
  const isMve = kernels === 'mve';
  const [, h = 1, w = 1, c = 1] = constant?.shape ?? [];
  const { dilationW = 1, dilationH = 1 } = options;
  if (op === 'CONV_2D' && x.type === TENSOR_TYPES.INT8 && h * w * dilationW * dilationH > 1)
    return [isMve ? 64 * Math.ceil((h * w * c) / 16) : 16 * Math.ceil((h * w * c) / 4)];
  if (op === 'DEPTHWISE_CONV_2D' && x.type === TENSOR_TYPES.INT8 && (isMve || h !== 3 || w !== 3))
    return [isMve ? 496 * h * w : 2 * h * w * c];
  if (op === 'AVERAGE_POOL_2D' && !isMve) return [4 * (x.shape.at(-1) as number)];
  return op === 'FULLY_CONNECTED' && isMve ? [4 * constant.shape[0]] : [];
}

/**
 * Bytes of tensors and scratch memory at their peak. The interpreter's own tables come on top, some kilobytes that depend on
 * its version.
 */
export function arenaBytes(file: Uint8Array, kernels: Kernels = 'reference'): number {
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
    scratch(model, operation, kernels).map((bytes): Block => ({ bytes: aligned(bytes), first: i + 1, last: i + 1 })),
  );
  return placed([...blocks, ...extra]).bytes;
}

/**
 * About what the interpreter's own tables take on a core of 32 bits, in bytes: within 150 of those that four files took (with
 * tflite-micro 90b983c2).
 */
export function tableBytes(file: Uint8Array): number {
  const { tensors, operations } = readModel({ name: 'the .tflite file', bytes: file });
  const channels = operations.map(({ op, inputs, outputs }) => {
    const perChannel = (tensors[inputs[1] ?? 0].grid?.scales.length ?? 1) > 1;
    const has = op.endsWith('CONV_2D') || (op === 'FULLY_CONNECTED' && perChannel);
    return has ? (tensors[outputs[0]].shape.at(-1) as number) : 0;
  });
  return 12 * tensors.length + 132 * operations.length + 8 * channels.reduce((sum, c) => sum + c, 0) + 100;
}
