// The two levels between which learned rounding decides for each weight: the one chosen so far and its neighbor on the side
// of the weight.
import { groupParameters, type KernelLayout, splitGroups } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import type { EncodedKernel } from '../codedKernel';
import { codeRanges, groupsOf, levelsOf } from './levels';

/** Values of both levels and the code of the second, in the kernel's order. A group of one level has it twice. */
export interface UpOrDown {
  readonly chosen: Float32Array;
  readonly other: Float32Array;
  readonly otherCodes: Uint8Array;
}

/** The levels of an encoded kernel, and their neighbors. `learned` as in `groupParameters`. */
export function upOrDown(
  kernel: Float32Array,
  layout: KernelLayout,
  scheme: QuantScheme,
  bits: number,
  { codes, numbers }: EncodedKernel,
  learned?: Float32Array,
): UpOrDown {
  const parts = splitGroups(kernel, scheme.granularity, layout);
  const parameters = groupParameters(quantizerOf(scheme.quantizer), parts, specOf(scheme, bits), learned);
  const ranges = codeRanges(kernel, layout, scheme, bits, parameters);
  const levels = numbers.map((kept, g) => levelsOf(scheme, bits, kept, ranges[g]));
  const groups = groupsOf(kernel.length, layout, scheme);
  const result = {
    chosen: new Float32Array(kernel.length),
    other: new Float32Array(kernel.length),
    otherCodes: codes.slice(),
  };
  kernel.forEach((weight, i) => {
    const { values, codes: own } = levels[groups[i]];
    const at = own.indexOf(codes[i]);
    const last = own.length - 1;
    const up = at === 0 || (at < last && weight > values[at]);
    const beside = last === 0 ? at : up ? at + 1 : at - 1;
    result.chosen[i] = values[at];
    result.other[i] = values[beside];
    result.otherCodes[i] = own[beside];
  });
  return result;
}
