// Tensors of a PyTorch file: views into storages with offset and strides, as in torch.Tensor.
import { IMPORT_LIMITS, ImportError } from '../importer';
import { decodeNumbers, type NumberType, TYPE_BYTES } from '../numbers';

export type StorageType = NumberType;

/** A storage by its key in the file. */
export class StorageView {
  constructor(
    readonly key: string,
    readonly type: StorageType,
    /** Number of elements. */
    readonly count: number,
  ) {}
}

/** A tensor: element [i, j, …] is number `offset + i * strides[0] + j * strides[1] + …` of its storage. */
export class TensorView {
  constructor(
    readonly storage: StorageView,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}

  get size(): number {
    return this.shape.reduce((product, d) => product * d, 1);
  }
}

/** The bytes of a storage, and their byte order. */
export interface StorageBytes {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
}

/**
 * The numbers of a tensor, row-major.
 * @param where the file and the tensor, for messages
 * @throws ImportError if the tensor exceeds IMPORT_LIMITS or its storage.
 */
export function tensorValues(tensor: TensorView, { bytes, littleEndian }: StorageBytes, where: string): Float32Array {
  const { storage, offset, shape, strides, size } = tensor;
  if (!(size <= IMPORT_LIMITS.parameters))
    throw new ImportError({
      what: `The tensor has the shape [${shape.join(', ')}].`,
      where,
      why: `That is more than the ${IMPORT_LIMITS.parameters} numbers that fit this page.`,
      next: 'Choose a smaller network.',
    });
  const wanted = storage.count * TYPE_BYTES[storage.type];
  if (bytes.length !== wanted)
    throw new ImportError({
      what: `The storage "${storage.key}" has ${bytes.length} bytes where ${storage.count} numbers of type ${storage.type} need ${wanted}.`,
      where,
      why: 'The file is not whole, or not as torch.save writes it.',
      next: 'Copy or download the file again.',
    });
  const last = shape.reduce((at, d, axis) => at + (d - 1) * strides[axis], offset);
  if (size > 0 && last >= storage.count)
    throw new ImportError({
      what: `The tensor reaches to number ${last} of a storage of ${storage.count}.`,
      where,
      why: 'The file is not whole, or not as torch.save writes it.',
      next: 'Copy or download the file again.',
    });
  const begin = size === 0 ? 0 : offset;
  const end = size === 0 ? 0 : last + 1;
  const step = TYPE_BYTES[storage.type];
  const numbers = decodeNumbers(bytes.subarray(begin * step, end * step), storage.type, littleEndian);
  return isContiguous(shape, strides) ? numbers : gather(numbers, shape, strides, size);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

function gather(
  numbers: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Float32Array {
  const values = new Float32Array(size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < size; i++) {
    values[i] = numbers[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return values;
}
