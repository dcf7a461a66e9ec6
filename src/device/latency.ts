// How long a network takes on a device: `cycles = a * MACs + b * outputs`, summed over its convolutions, where outputs are
// the numbers that a convolution gives. Fully connected layers have an `a` of their own. Pools, sums and waiting for memory
// are inside of `a` and `b`, because they are so in the times that these are fitted to.
import { type LayerCost, layerCosts } from '../graph/cost';
import type { Architecture } from '../graph/network';
import { type BitPolicy, SKIPPED } from '../graph/policy';
import { type Device, type NetworkName, PUBLISHED, type Times, WITHOUT_DEAD_CHANNELS } from './devices';

/** Convolutional networks with published times. */
export const CONVOLUTIONAL = ['ic', 'vww', 'kws'] as const satisfies readonly NetworkName[];

/** Cycles per multiplication and per output of a convolution, and per multiplication of a fully connected layer. */
export interface LatencyModel {
  readonly perMac: number;
  readonly perOutput: number;
  readonly perDenseMac: number;
  /** How many times longer a convolution with INT4 weights takes; 1 unless it is known. */
  readonly int4: number;
  /** Share of the latency by which it may be shorter or longer. */
  readonly band: { readonly low: number; readonly high: number };
}

/** Share by which a latency may be off on a device with times of three networks, at least. */
const WITHIN = 0.2;
/** One network alone fixes the latency of others within a factor of 2. */
const FACTOR_TWO = { low: 0.5, high: 1 };

const sizeOf = ({ dropsDeadChannels }: Times, network: NetworkName) =>
  network === 'vww' && dropsDeadChannels ? WITHOUT_DEAD_CHANNELS : PUBLISHED[network];

type Line = Pick<LatencyModel, 'perMac' | 'perOutput'>;

/**
 * The line of least squared relative errors through the times of some networks, without negative numbers; `kHz` are cycles
 * per millisecond.
 */
export function fitted(times: Times, kHz: number, networks: readonly NetworkName[] = CONVOLUTIONAL): Line {
  const rows = networks.map((network) => {
    const { macs, outputs } = sizeOf(times, network);
    const cycles = (times.ms[network] as number) * kHz;
    return [macs / cycles, outputs / cycles] as const;
  });
  const sum = (f: (row: readonly [number, number]) => number) => rows.reduce((total, row) => total + f(row), 0);
  const [mm, mo, oo] = [sum(([m]) => m * m), sum(([m, o]) => m * o), sum(([, o]) => o * o)];
  const [m, o] = [sum(([x]) => x), sum(([, x]) => x)];
  const determinant = mm * oo - mo * mo;
  const [perMac, perOutput] = [(m * oo - o * mo) / determinant, (o * mm - m * mo) / determinant];
  if (perMac < 0) return { perMac: 0, perOutput: o / oo };
  return perOutput < 0 ? { perMac: m / mm, perOutput: 0 } : { perMac, perOutput };
}

/** Relative error of a line for a published network: 0.1 if it says 10 % too long. */
export function errorOf(times: Times, kHz: number, { perMac, perOutput }: Line, network: NetworkName): number {
  const { macs, outputs } = sizeOf(times, network);
  return (perMac * macs + perOutput * outputs) / ((times.ms[network] as number) * kHz) - 1;
}

/** The model of a device; undefined where nobody has published times of int8 networks. */
export function latencyModel({ board, times }: Device): LatencyModel | undefined {
  const kHz = (board.clockMHz ?? 0) * 1000;
  const { ms, withoutKernelsMs } = times;
  if (ms.person !== undefined) {
    const perMac = (ms.person * kHz) / PUBLISHED.person.macs;
    const int4 = (withoutKernelsMs ?? ms.person) / ms.person;
    return { perMac, perOutput: 0, perDenseMac: perMac, int4, band: FACTOR_TWO };
  }
  if (CONVOLUTIONAL.some((network) => ms[network] === undefined)) return undefined;
  const line = fitted(times, kHz);
  const off = Math.max(WITHIN, ...CONVOLUTIONAL.map((network) => Math.abs(errorOf(times, kHz, line, network))));
  const perDenseMac = ms.ad === undefined ? line.perMac : (ms.ad * kHz) / PUBLISHED.ad.macs;
  return { ...line, perDenseMac, int4: 1, band: { low: off, high: off } };
}

/** Cycles of a layer for one image; `isInt4` if its weights are stored so. */
export function cyclesOf(model: LatencyModel, { op, macs, outputShape }: LayerCost, isInt4: boolean): number {
  const outputs = outputShape.reduce((product, d) => product * d, 1);
  const cycles = op === 'dense' ? model.perDenseMac * macs : model.perMac * macs + model.perOutput * outputs;
  return cycles * (isInt4 ? model.int4 : 1);
}

/** Milliseconds of one image. */
export function latencyMs(
  { board }: Pick<Device, 'board'>,
  model: LatencyModel,
  architecture: Architecture,
  policy: BitPolicy,
  isInt4: (layer: string) => boolean = () => false,
): number {
  const present = layerCosts(architecture).filter(({ id }) => policy[id].weights !== SKIPPED);
  const cycles = present.reduce((sum, layer) => sum + cyclesOf(model, layer, isInt4(layer.id)), 0);
  return cycles / ((board.clockMHz as number) * 1000);
}
