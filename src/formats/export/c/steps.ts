// Operations with the tensors that they read and write: as float32 numbers, or as codes of a byte each where only layers of one
// grid read them. Also where in memory each of them lies.
import { type Block, placed } from '../../../math/placement';
import type { UniformGrid } from '../../../quant/uniformGrid';
import type { Operation, operationsOf } from './operations';

/** A tensor of a C program. */
export interface Tensor {
  readonly name: string;
  /** What its caller passes, or a part of the working memory. */
  readonly place: 'image' | 'memory' | 'scores';
  readonly count: number;
  /** Grid of its codes, with zero among them; numbers without one. */
  readonly grid?: UniformGrid;
}

/** An operation, or `scale`: numbers as codes or, if they become numbers, as whole steps of a grid. */
export type Step = (Operation | { readonly does: 'scale'; readonly grid: UniformGrid }) & {
  readonly reads: readonly Tensor[];
  readonly writes: Tensor;
};

const same = (a: UniformGrid, b: UniformGrid) =>
  a.scale === b.scale && a.minCode === b.minCode && a.maxCode === b.maxCode;
const sizeOf = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);

/** The only grid in which somebody reads each result; undefined if it is read as numbers, or in several. */
function gridsOf({ operations, output }: Pick<ReturnType<typeof operationsOf>, 'operations' | 'output'>) {
  const asked = new Map<string, (UniformGrid | 'numbers')[]>([[output, ['numbers']]]);
  const gridOf = (name: string): UniformGrid | undefined => {
    const [first, ...others] = asked.get(name) ?? [];
    const agreed = first !== 'numbers' && others.every((grid) => grid !== 'numbers' && same(grid, first));
    return agreed ? first : undefined;
  };
  for (const operation of operations.toReversed()) {
    const { does, inputs, output: to } = operation;
    const passes = does === 'maxPool' || does === 'copy' || does === 'join';
    inputs.forEach((name, i) => {
      const own = does === 'convolve' && i === 0 && operation.layer.input ? operation.layer.integers.input : undefined;
      asked.set(name, [...(asked.get(name) ?? []), own ?? (passes ? gridOf(to) : undefined) ?? 'numbers']);
    });
  }
  return gridOf;
}

/** The steps of a network; each layer reads codes, or the image in whole steps. */
export function stepsOf({ operations, input, output, shapes }: ReturnType<typeof operationsOf>): Step[] {
  const gridOf = gridsOf({ operations, output });
  const steps: Step[] = [];
  const tensors = new Map<string, Tensor>();
  const scaled: { readonly of: Tensor; readonly to: UniformGrid; readonly tensor: Tensor }[] = [];
  tensors.set(input, { name: input, place: 'image', count: sizeOf(shapes.get(input) ?? []) });

  /** A tensor in steps of a grid: as codes, or as numbers. */
  function inSteps(x: Tensor, grid: UniformGrid, asCodes: boolean): Tensor {
    if (x.grid && same(x.grid, grid)) return x;
    const known = scaled.find(({ of, to }) => of === x && same(to, grid));
    if (known) return known.tensor;
    const tensor: Tensor = { name: `${x.name}.codes`, place: 'memory', count: x.count, ...(asCodes && { grid }) };
    steps.push({ does: 'scale', grid, reads: [x], writes: tensor });
    scaled.push({ of: x, to: grid, tensor });
    return tensor;
  }

  for (const operation of operations) {
    const { does, inputs, output: to, shape } = operation;
    const grid = to === output ? undefined : gridOf(to);
    const reads = inputs.map((name, i) => {
      const x = tensors.get(name) as Tensor;
      if (does === 'convolve' && i === 0)
        return inSteps(x, operation.layer.integers.input, operation.layer.input !== undefined);
      const passes = does === 'maxPool' || does === 'copy' || does === 'join';
      return passes && grid ? inSteps(x, grid, true) : x;
    });
    const place = to === output ? 'scores' : 'memory';
    const writes: Tensor = { name: to, place, count: sizeOf(shape), ...(grid && { grid }) };
    tensors.set(to, writes);
    steps.push({ ...operation, reads, writes });
  }
  return steps;
}

const bytesOf = ({ grid, count }: Tensor) => 4 * Math.ceil(grid ? count / 4 : count);

/**
 * The offset of each tensor in bytes, and the bytes of all. A sum takes the place of a term that nothing reads afterwards.
 */
export function layOut(steps: readonly Step[]) {
  const last = new Map<Tensor, number>();
  steps.forEach(({ reads, writes }, i) => {
    for (const tensor of [...reads, writes]) last.set(tensor, i);
  });
  const blocks: { -readonly [K in keyof Block]: Block[K] }[] = [];
  const blockOf = new Map<Tensor, number>();
  steps.forEach(({ does, reads, writes }, i) => {
    if (writes.place !== 'memory') return;
    const until = last.get(writes) as number;
    const terms = does === 'add' ? reads : does === 'convolve' ? reads.slice(1) : [];
    const freed = terms.find((term) => term.place === 'memory' && last.get(term) === i);
    const shared = freed && !writes.grid ? blockOf.get(freed) : undefined;
    blockOf.set(writes, shared ?? blocks.push({ bytes: bytesOf(writes), first: i, last: until }) - 1);
    if (shared !== undefined) blocks[shared].last = until;
  });
  const { offsets, bytes } = placed(blocks);
  return { bytes, offsetOf: (tensor: Tensor) => offsets[blockOf.get(tensor) as number] };
}
