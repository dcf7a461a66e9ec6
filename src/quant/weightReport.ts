// What rounding does to one layer's weights, as plain numbers to draw: histogram, levels, range, clipped share, errors.
// Errors and the clipped share cover all weights, each rounded in its own group. Levels and staircase show one group
// only: hundreds of channels pooled would be a solid block of lines.
import { checkSpec, groupParameters, type KernelLayout, splitGroups } from './granularity';
import type { Granularity, Quantizer, QuantSpec } from './quantizer';

/** Bars of the histogram; odd, so that zero is in the middle of one. */
export const BINS = 61;
const RAMP = 1025;

/** One step of the staircase: inputs in [from, to] become `value`. */
export interface Tread {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** The group with the weight of the largest magnitude: all levels of the others lie inside or near its range. */
export interface PicturedGroup {
  /** Its output channel, counted from 0; meaningless if one group is the whole tensor. */
  readonly channel: number;
  /** Every value it can take, ascending, whether or not a weight takes it. */
  readonly levels: readonly number[];
  /** The output for inputs in [-peak, peak], found by running the quantizer on a ramp. */
  readonly staircase: readonly Tread[];
}

export interface WeightReport {
  /** Number of weights, and number of groups with a parameter set each; 0 groups for float. */
  readonly count: number;
  readonly groups: number;
  /** The largest magnitude, or 1 when all weights are zero: the histogram spans [-peak, peak]. */
  readonly peak: number;
  /**
   * Weights in each of the `BINS` equally wide bins; a weight on an edge counts to the right, except at the last edge.
   */
  readonly bins: readonly number[];
  /** Absent for float. */
  readonly pictured?: PicturedGroup;
  /** Share of weights beyond the outermost level of their group, by more than float32 rounding; in [0, 1]. */
  readonly clipped: number;
  /** Mean of (w - w')^2. NaN for no weights. */
  readonly mse: number;
  /** Signal to quantization noise, `10 log10(sum w^2 / sum (w - w')^2)` in dB; Infinity without error. */
  readonly sqnr: number;
}

/** The `BINS + 1` edges of the histogram, ascending. */
export function binEdges({ peak }: Pick<WeightReport, 'peak'>): number[] {
  return Array.from({ length: BINS + 1 }, (_, i) => peak * ((2 * i) / BINS - 1));
}

function histogram(kernel: Float32Array): Pick<WeightReport, 'count' | 'peak' | 'bins'> {
  let largest = 0;
  for (const w of kernel) if (Math.abs(w) > largest && Number.isFinite(w)) largest = Math.abs(w);
  const peak = largest === 0 ? 1 : largest;
  const bins = new Array<number>(BINS).fill(0);
  for (const w of kernel) if (Number.isFinite(w)) bins[Math.min(BINS - 1, Math.floor((w / peak + 1) * 0.5 * BINS))]++;
  return { count: kernel.length, peak, bins };
}

/**
 * The codes of numbers far out on both sides, the smaller first: quantizers are monotone, so all codes lie between
 * them.
 */
function outermostCodes<P>(quantizer: Quantizer<P>, params: P, spec: QuantSpec, peak: number): [number, number] {
  // Learned steps may reach many times beyond the weights.
  const [a, b] = quantizer.encode(Float32Array.of(-1000 * peak, 1000 * peak), params, spec);
  return a < b ? [a, b] : [b, a];
}

function levelsOf<P>(quantizer: Quantizer<P>, params: P, spec: QuantSpec, peak: number): number[] {
  const [first, last] = outermostCodes(quantizer, params, spec, peak);
  const codes = Uint8Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const values = quantizer.decode(codes, quantizer.numbers(params, spec), spec);
  return [...new Set(Array.from(values, (v) => v + 0))].sort((a, b) => a - b);
}

function staircaseOf<P>(quantizer: Quantizer<P>, params: P, spec: QuantSpec, peak: number): Tread[] {
  const ramp = Float32Array.from({ length: RAMP }, (_, i) => peak * ((2 * i) / (RAMP - 1) - 1));
  const values = quantizer.forward(ramp, params, spec);
  const treads: Tread[] = [];
  let from = -peak;
  for (let i = 0; i < RAMP; i++) {
    if (i + 1 < RAMP && values[i + 1] === values[i]) continue;
    const to = i + 1 < RAMP ? (ramp[i] + ramp[i + 1]) / 2 : peak;
    treads.push({ from, to, value: values[i] + 0 });
    from = to;
  }
  return treads;
}

/** The report of weights that stay float: a histogram, no levels, no error. */
export function floatWeightReport(kernel: Float32Array): WeightReport {
  const mse = kernel.length === 0 ? Number.NaN : 0;
  return { ...histogram(kernel), groups: 0, clipped: 0, mse, sqnr: Number.POSITIVE_INFINITY };
}

/**
 * The report of a kernel under a quantizer, with learned parameters [parameters, groups] if given.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not have.
 */
export function weightReport<P>(
  kernel: Float32Array,
  layout: KernelLayout,
  quantizer: Quantizer<P>,
  granularity: Granularity,
  spec: QuantSpec,
  learned?: Float32Array,
): WeightReport {
  checkSpec(quantizer, granularity, spec.bits);
  const seen = histogram(kernel);
  const groups = splitGroups(kernel, granularity, layout);
  const parameters = groupParameters(quantizer, groups, spec, learned);
  let signal = 0;
  let noise = 0;
  let clipped = 0;
  let largest = -1;
  let pictured: { readonly index: number; readonly params: P } | undefined;
  for (const [index, group] of groups.entries()) {
    const params = parameters[index];
    const values = quantizer.forward(group, params, spec);
    const codes = Uint8Array.from(outermostCodes(quantizer, params, spec, seen.peak));
    const ends = quantizer.decode(codes, quantizer.numbers(params, spec), spec);
    const slack = 1e-6 * Math.max(Math.abs(ends[0]), Math.abs(ends[1]));
    const low = Math.min(ends[0], ends[1]) - slack;
    const high = Math.max(ends[0], ends[1]) + slack;
    for (let i = 0; i < group.length; i++) {
      const w = group[i];
      signal += w * w;
      noise += (w - values[i]) ** 2;
      if (w < low || w > high) clipped++;
      if (Math.abs(w) > largest) {
        largest = Math.abs(w);
        pictured = { index, params };
      }
    }
  }
  return {
    ...seen,
    groups: groups.length,
    ...(pictured && {
      pictured: {
        channel: pictured.index % layout.channels,
        levels: levelsOf(quantizer, pictured.params, spec, seen.peak),
        staircase: staircaseOf(quantizer, pictured.params, spec, seen.peak),
      },
    }),
    clipped: kernel.length === 0 ? 0 : clipped / kernel.length,
    mse: noise / kernel.length,
    sqnr: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
  };
}
