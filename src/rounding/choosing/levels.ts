// The possible levels of each group of a kernel: the values a quantizer decodes its codes to, ascending. With them,
// codes can be chosen for any quantizer, evenly spaced or not.
import { roundHalfToEven } from '../../math/rounding';
import { type KernelLayout, parseGranularity, splitGroups } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import { groupIndex } from '../codedKernel';

/** Levels of one group, ascending, and the code of each. */
export interface Levels {
  readonly values: Float64Array;
  readonly codes: Uint8Array;
}

/** The group of each number of a kernel, in the kernel's order. */
export function groupsOf(count: number, layout: KernelLayout, { granularity }: QuantScheme): Uint32Array {
  const { kind, size } = parseGranularity(granularity);
  const of = groupIndex(count, layout, { groups: kind, block: kind === 'block' ? Math.min(size, layout.inputs) : 0 });
  return Uint32Array.from({ length: count }, (_, i) => of(i));
}

/** The codes of a group: from the code of a number far below to that of one far above. */
export function codeRanges<P>(
  kernel: Float32Array,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  parameters: readonly P[],
): (readonly [first: number, last: number])[] {
  const quantizer = quantizerOf(scheme.quantizer);
  const spec = specOf(scheme, bits);
  return splitGroups(kernel, scheme.granularity, layout).map((part, g) => {
    const far = 1e4 * part.reduce((max, w) => Math.max(max, Math.abs(w)), 1e-30);
    const ends = quantizer.encode(Float32Array.of(-far, 0, far), parameters[g], spec);
    return [Math.min(...ends), Math.max(...ends)];
  });
}

/** Levels of a group from its stored numbers. */
export function levelsOf(
  scheme: QuantScheme,
  bits: number,
  numbers: readonly number[],
  [first, last]: readonly [number, number],
): Levels {
  const all = Uint8Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const decoded = quantizerOf(scheme.quantizer).decode(all, numbers, specOf(scheme, bits));
  const ascends = decoded.every((value, i) => i === 0 || value >= decoded[i - 1]);
  const codes = ascends ? all : all.slice().sort((a, b) => decoded[a - first] - decoded[b - first]);
  return { values: Float64Array.from(codes, (code) => decoded[code - first]), codes };
}

/** Index of the level nearest to `v`; the lower one of two equally near. */
export function nearestLevel(values: Float64Array, v: number): number {
  const last = values.length - 1;
  const step = (values[last] - values[0]) / last;
  let at = step > 0 ? roundHalfToEven((v - values[0]) / step) : 0; // exact for evenly spaced levels
  at = at > last ? last : at > 0 ? at : 0;
  while (at < last && values[at + 1] - v < v - values[at]) at++;
  while (at > 0 && v - values[at - 1] <= values[at] - v) at--;
  return at;
}
