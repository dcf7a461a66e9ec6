// The integer programs that two papers published, from their own tables: what to choose for each layer, and within which limits.
// References: HAWQ-V3, arXiv 2011.10680; LIMPQ, arXiv 2203.08368.
import { type LimitedChoice, type LimitedPolicy, solveWithinLimits } from '../knapsackLimits';
import { ERROR, GROUPS, MACS, POLICIES, TRACE, WEIGHTS } from './hawqResnet18';
import type { HawqFraction, HawqKind, PaperId, Positions } from './ids';
import { ACTIVATION_INDICATORS, BITS, PUBLISHED, WEIGHT_INDICATORS } from './limpqResnet50';

/** Widths by layer. */
export interface Widths {
  readonly weights: readonly number[];
  readonly activations: readonly number[];
}

/** A program, ready to be solved. */
export interface PaperProgram {
  readonly layers: readonly (readonly LimitedChoice[])[];
  readonly limits: readonly number[];
  /** The least penalty, by another solver. */
  readonly known: number;
  /** The published policy, where there is one. */
  readonly published?: Widths;
  widthsOf(choices: readonly number[]): Widths;
}

/** Milliseconds of a layer, by its position among all layers of the network, counted from 1: the stem is 1. */
export type LayerTime = (layer: number, bits: 4 | 8) => number;

/** The least penalties, computed over all 2^16 policies in NumPy. */
const HAWQ_KNOWN: Readonly<Record<HawqKind, Readonly<Record<HawqFraction, number>>>> = {
  size: { 0.25: -1.189414, 0.5: -1.233207, 0.75: -1.274273 },
  bitOps: { 0.25: -0.847289, 0.5: -1.092024, 0.75: -1.227748 },
  latency: { 0.25: -0.847289, 0.5: -1.105039, 0.75: -1.227748 },
};

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const WIDTHS = [4, 8] as const;

/** HAWQ-V3's program of ResNet-18: bits, bit operations, or hundredths of a nanosecond, so that all costs are integers. */
export function hawqProgram(kind: HawqKind, fraction: HawqFraction, timeOf: LayerTime): PaperProgram {
  const cost = (l: number, bits: 4 | 8): number => {
    if (kind === 'size') return WEIGHTS[l] * bits;
    return kind === 'bitOps' ? MACS[l] * bits * bits : Math.trunc(timeOf(l + 2, bits) * 1e8 + 0.5);
  };
  const layers = GROUPS.map((group) =>
    WIDTHS.map((bits) => ({
      costs: [sum(group.map((l) => cost(l, bits)))],
      penalty: bits === 4 ? 0 : sum(group.map((l) => TRACE[l] * (ERROR[8][l] - ERROR[4][l]))),
    })),
  );
  const [least, most] = WIDTHS.map((_, c) => sum(layers.map((choices) => choices[c].costs[0])));
  const widthsOf = (choices: readonly number[]): Widths => {
    const weights = new Array<number>(WEIGHTS.length);
    for (const [g, group] of GROUPS.entries()) for (const l of group) weights[l] = WIDTHS[choices[g]];
    return { weights, activations: weights };
  };
  const published = { weights: POLICIES[kind], activations: POLICIES[kind] };
  return {
    layers,
    limits: [least + (most - least) * fraction],
    known: HAWQ_KNOWN[kind][fraction],
    ...(fraction === 0.5 && { published }),
    widthsOf,
  };
}

/** LIMPQ counts its first and last layers at 8 bits. */
const FIRST_AND_LAST = 64 * 3 * 49 + 2048 * 1000;
const LIMPQ_COMPRESSION = 12.2;
/** Weights of 3 and activations of 4 bits on average, in bit operations. */
const LIMPQ_BITS = 3 * 4;

/**
 * [weights, MACs] of all convolutions of ResNet-50 but the first. The published script counts positions of strided convolutions
 * without rounding down: 28.5^2 instead of 28^2.
 */
function resnet50(floored: boolean): (readonly [weights: number, macs: number])[] {
  const positions = (size: number, stride: number) => {
    const side = (size - 1) / stride + 1;
    return floored ? Math.floor(side) ** 2 : Math.floor(side ** 2);
  };
  const layers: (readonly [number, number])[] = [];
  let [channels, size] = [64, 56];
  for (const [stage, blocks] of [3, 4, 6, 3].entries())
    for (let block = 0; block < blocks; block++) {
      const width = 64 << stage;
      const stride = block === 0 && stage > 0 ? 2 : 1;
      const out = size / stride;
      const conv = (weights: number, at: number) => layers.push([weights, weights * at]);
      conv(channels * width, size * size);
      conv(width * width * 9, positions(size, stride));
      conv(width * width * 4, out * out);
      if (block === 0) conv(channels * width * 4, positions(size, stride));
      channels = width * 4;
      size = out;
    }
  return layers;
}

/** The published script treats an indicator smaller than that of one bit more as an outlier and erases it. */
const erased = (row: readonly number[]) => row.map((value, i) => (i > 0 && value < row[i - 1] ? 1e8 : value));

/**
 * LIMPQ's program of ResNet-50 at 2 to 6 bits, bit operations and size together: as its script counts positions, which gives the
 * published widths, or with the true ones.
 */
export function limpqProgram(positions: Positions): PaperProgram & { compressionOf(sizeBits: number): number } {
  const geometry = resnet50(positions === 'true');
  const layers = geometry.map(([weights, macs], l) => {
    const [w, a] = [erased(WEIGHT_INDICATORS[l]), erased(ACTIVATION_INDICATORS[l])];
    return BITS.flatMap((weightBits, i) =>
      BITS.map((activationBits, j) => ({
        costs: [macs * weightBits * activationBits, weights * weightBits],
        penalty: a[j] + 2 * w[i],
      })),
    );
  });
  const totalBits = 32 * (sum(geometry.map(([weights]) => weights)) + FIRST_AND_LAST);
  return {
    layers,
    limits: [sum(geometry.map(([, macs]) => macs)) * LIMPQ_BITS, totalBits / LIMPQ_COMPRESSION - 8 * FIRST_AND_LAST],
    // The same program solved by HiGHS.
    known: positions === 'script' ? 4.617439 : 4.630866,
    published: PUBLISHED,
    widthsOf: (choices) => ({
      weights: choices.map((c) => BITS[Math.floor(c / BITS.length)]),
      activations: choices.map((c) => BITS[c % BITS.length]),
    }),
    compressionOf: (sizeBits) => totalBits / (sizeBits + 8 * FIRST_AND_LAST),
  };
}

/** A solved program. */
export interface SolvedPaper extends Pick<LimitedPolicy, 'penalty' | 'optimal' | 'nodes'> {
  readonly id: PaperId;
  readonly known: number;
  readonly widths: Widths;
  /** How many of the published widths these are; absent where none were published. */
  readonly same?: number;
  readonly of?: number;
}

/** Solves one. Takes up to seconds. */
export function solvePaper(id: PaperId, timeOf: LayerTime): SolvedPaper {
  const program = id.paper === 'limpq' ? limpqProgram(id.positions) : hawqProgram(id.kind, id.fraction, timeOf);
  const { choices, penalty, optimal, nodes } = solveWithinLimits(program.layers, program.limits);
  const { known, published } = program;
  const widths = program.widthsOf(choices);
  // HAWQ-V3 has one width for weights and activations.
  const parts = id.paper === 'limpq' ? (['weights', 'activations'] as const) : (['weights'] as const);
  const agrees = parts.flatMap((part) => published?.[part].map((bits, l) => bits === widths[part][l]) ?? []);
  const compared = published && { same: agrees.filter((same) => same).length, of: agrees.length };
  return { id, penalty, optimal, nodes, known, widths, ...compared };
}
