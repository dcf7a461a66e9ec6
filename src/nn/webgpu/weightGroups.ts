// Where the weights of a rounded kernel, their groups and what the groups learn are, and how they are updated.
import type { Parameter } from '../../graph/network';
import { groupCount, kernelLayout, parseGranularity, runs } from '../../quant/granularity';
import { gridGradientScale } from '../../quant/learnedGrid';
import { stepGradientScale } from '../../quant/lsq';
import type { QuantScheme } from '../../quant/registry';
import type { WeightBlock, WeightGroup } from './roundWeights';
import { BLOCK, type UpdateBlock } from './updateKernels';

/** A kernel of `count` weights: in `params`, and in `state` as used; its gradient is the sum of `splits` in `partials`. */
export interface KernelPlaces {
  readonly param: number;
  readonly count: number;
  readonly state: number;
  readonly gradient: number;
  readonly splits: number;
  readonly stride: number;
}

/** An update of `count` neighbors from `param` on. */
export interface Update extends Omit<UpdateBlock, 'param' | 'count'> {
  readonly param: number;
  readonly count: number;
}

export interface RoundedKernel {
  readonly groups: readonly WeightGroup[];
  readonly blocks: readonly WeightBlock[];
  readonly updates: readonly Update[];
  /** What is learned, in `params`. */
  readonly learned: number | undefined;
}

/** What the gradient of a group's learned numbers is multiplied by, for groups of `size` weights. */
function learnedScale({ quantizer }: QuantScheme, bits: number, size: number): number {
  if (quantizer === 'lsq') return stepGradientScale(size, bits, true);
  if (quantizer === 'affine') return gridGradientScale(size, 2 ** bits - 1);
  return quantizer === 'symmetric' ? gridGradientScale(size, 2 ** (bits - 1) - 1) : 1;
}

/**
 * Lays out a kernel that `scheme` rounds to `bits` bits. `learned` [numbers, groups] is what it learns, if anything. `take` finds
 * room in a shared buffer.
 */
export function roundedKernel(
  { param, count, state, gradient, splits, stride }: KernelPlaces,
  { shape }: Parameter,
  scheme: QuantScheme,
  bits: number,
  learned: Parameter | undefined,
  take: (room: 'params' | 'state' | 'grads', count: number, values?: ArrayLike<number>) => number,
): RoundedKernel {
  const layout = kernelLayout(shape, false);
  const { channels, inputs } = layout;
  const { kind, size } = parseGranularity(scheme.granularity);
  const isOne = kind === 'tensor';
  const total = groupCount(count, layout, scheme.granularity);
  const numbers = learned ? learned.shape[0] : 0;
  const stats = take('state', 4 * total);
  const at = learned && take('params', learned.values.length, learned.values);
  const row = numbers > 1 ? total : 0;
  const spans = isOne ? [] : runs(count / channels, inputs, scheme.granularity);
  const group = (first: number, length: number, step: number, i: number): WeightGroup => ({
    ...{ param: param + first, count: length, stride: step, bits, row, stats: stats + 4 * i },
    learned: at === undefined ? undefined : at + i,
  });
  const groups = isOne
    ? [group(0, count, 1, 0)]
    : spans.flatMap(([from, to], span) =>
        Array.from({ length: channels }, (_, c) =>
          group(from * channels + c, to - from, channels, span * channels + c),
        ),
      );
  const passed = take('grads', count);
  const blockCount = Math.ceil(count / BLOCK);
  // A gradient for each block, or for each weight.
  const each = isOne ? blockCount : blockCount * BLOCK;
  const gradients = learned && take('grads', numbers * each);
  const blocks = Array.from({ length: blockCount }, (_, i): WeightBlock => {
    const first = i * BLOCK;
    return {
      ...{ param: param + first, count: Math.min(BLOCK, count - first), out: state + first },
      ...{ gradient: gradient + first, splits, stride, passed: passed + first, bits, stats, first },
      learned: gradients === undefined ? undefined : gradients + (isOne ? i : first),
      row: numbers > 1 ? each : 0,
      ...{ channels: isOne ? 0 : channels, inputs: kind === 'channel' ? count / channels : inputs },
      size: Math.min(size, count),
    };
  });
  const sum = { from: 'grads', scale: learnedScale(scheme, bits, sizeOf(kind, size, count, layout)) } as const;
  const updates: Update[] = [
    { param, count, from: 'grads', gradient: passed, splits: 1, stride: 0, scale: 1, rule: 'decayed' },
  ];
  for (let number = 0; number < numbers; number++) {
    const rule = scheme.quantizer === 'affine' && number === 1 ? 'plain' : 'step';
    const [to, from] = [(at as number) + number * total, (gradients as number) + number * each];
    if (isOne) updates.push({ ...sum, rule, param: to, count: 1, gradient: from, splits: blockCount, stride: 1 });
    spans.forEach(([begin, end], span) => {
      const place = { param: to + span * channels, count: channels, gradient: from + begin * channels };
      updates.push({ ...sum, ...place, rule, splits: end - begin, stride: channels });
    });
  }
  return { groups, blocks, updates, learned: at };
}

/** Weights of a full group; the last block of a row may have fewer. */
function sizeOf(kind: string, size: number, count: number, layout: { channels: number; inputs: number }): number {
  if (kind === 'tensor') return count;
  return kind === 'channel' ? count / layout.channels : Math.min(size, layout.inputs);
}
