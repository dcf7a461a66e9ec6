// The levels of every tensor of an integer file: `scale (code - zero)`.
//
// A tensor gets the levels that the policy rounds it to, if all layers that read it agree on 8 bits. All others (operands of
// sums, averages, logits, and activations below 8 bits, which no kernel of TensorFlow Lite has) get levels over the range
// that was measured. Operations that only move codes keep the levels of their input.
import { activationGrid } from '../../../quant/affine';
import { zeroPoint } from '../../../quant/uniformGrid';
import type { ActivationRounding } from '../../../rounding/activationRounding';
import { type ExportContext, ExportError } from '../context';
import type { Operation } from './operations';

/** Levels of codes of 8 or 16 bits, around zero. */
export interface TensorGrid {
  readonly scale: number;
  readonly zero: number;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** The lowest code of 8 bits. */
const LOWEST = -128;
/** The largest code of 16 bits; zero is in the middle. */
const LARGEST_16 = 2 ** 15 - 1;
/** Levels that the kernels fix: of probabilities, and of numbers from -1 to 1. */
const PROBABILITIES = { int8: { scale: 2 ** -8, zero: LOWEST }, int16: { scale: 2 ** -15, zero: 0 } } as const;
const FIXED: Partial<Readonly<Record<Operation['op'], Readonly<Record<'int8' | 'int16', TensorGrid>>>>> = {
  SOFTMAX: PROBABILITIES,
  LOGISTIC: PROBABILITIES,
  TANH: { int8: { scale: 2 ** -7, zero: 0 }, int16: { scale: 2 ** -15, zero: 0 } },
};

/** The policy's levels, if 8-bit codes have them. */
export function policyGrid(rounding: ActivationRounding | undefined): TensorGrid | undefined {
  if (rounding === undefined || rounding.quantizer === 'bfp') return undefined;
  const { scale, minCode, maxCode } = rounding.grid;
  const zero = zeroPoint(rounding.grid) - minCode + LOWEST;
  return maxCode - minCode === 255 && scale > 0 && zero >= LOWEST && zero < LOWEST + 256 ? { scale, zero } : undefined;
}

function gridOver({ min, max }: Range, type: 'int8' | 'int16'): TensorGrid {
  if (type === 'int16') return { scale: Math.fround(Math.max(-min, max) / LARGEST_16) || 1, zero: 0 };
  const grid = activationGrid(min, max, 8);
  return { scale: grid.scale || 1, zero: zeroPoint(grid) + LOWEST };
}

/** The levels that readers ask for: none, one that all agree on, or several. */
type Wish = TensorGrid | 'several' | undefined;

const both = (a: Wish, b: Wish): Wish =>
  a === undefined ? b : b === undefined || (a !== 'several' && b !== 'several' && sameGrid(a, b)) ? a : 'several';

/** True for equal levels. */
export const sameGrid = (a: TensorGrid, b: TensorGrid): boolean => a.scale === b.scale && a.zero === b.zero;

/** The grid of each tensor, by name. @throws ExportError without measured ranges. */
export function tensorGrids(
  { input, operations }: { readonly input: string; readonly operations: readonly Operation[] },
  measured: ExportContext['tensorRanges'],
  type: 'int8' | 'int16',
): Map<string, TensorGrid> {
  if (measured === undefined)
    throw new ExportError('TensorFlow Lite rounds every tensor, whose ranges have not been measured.');
  const wishes = new Map<string, Wish>();
  const wish = (name: string, grid: Wish) => wishes.set(name, both(wishes.get(name), grid));
  for (const { inputs, output, weights, keepsGrid } of operations.toReversed()) {
    if (keepsGrid) for (const name of inputs) wish(name, wishes.get(output));
    else if (type === 'int8' && weights) wish(inputs[0], policyGrid(weights.input));
  }

  const ranges = new Map<string, Range>(measured);
  const grids = new Map<string, TensorGrid>();
  const choose = (name: string, node: string) => {
    const asked = wishes.get(name);
    const range = ranges.get(name) ?? ranges.get(node);
    if (range === undefined) throw new Error(`No range was measured for "${name}".`);
    grids.set(name, asked === undefined || asked === 'several' ? gridOver(range, type) : asked);
  };
  choose(input, input);
  for (const { op, node, inputs, output, keepsGrid, isPart } of operations) {
    const [first] = inputs.map((name) => grids.get(name) as TensorGrid);
    const fixed = FIXED[op]?.[type];
    if (fixed) grids.set(output, fixed);
    else if (keepsGrid && op !== 'CONCATENATION') grids.set(output, first);
    else {
      // A sum inside of a longer one was not measured; it lies within the sum of its terms.
      if (isPart) {
        const terms = inputs.map((name) => ranges.get(name) as Range);
        ranges.set(output, {
          min: terms.reduce((sum, { min }) => sum + min, 0),
          max: terms.reduce((sum, { max }) => sum + max, 0),
        });
      }
      choose(output, node);
      ranges.set(output, ranges.get(output) ?? (ranges.get(node) as Range));
    }
  }
  return grids;
}
