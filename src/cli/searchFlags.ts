// The flags of a search: limits, budget, bits and locks, in command-line syntax.
import { type CostTable, hasUnit, type TableUnit } from '../device/costTable';
import { deviceOf } from '../device/devices';
import { layerCosts } from '../graph/cost';
import { layersOf, type Network } from '../graph/network';
import { BIT_WIDTHS, type BitPolicy, type BitWidth, FLOAT, isBitWidth, type LayerBits, SKIPPED } from '../graph/policy';
import { KB, MB } from '../graph/size';
import { tiesOf } from '../graph/ties';
import { UsageError } from '../node/usageError';
import { activationQuantizerOf } from '../quant/activationRegistry';
import { activationsOf, type QuantScheme, quantizerOf } from '../quant/registry';
import type { Budget } from '../search/ledger';
import type { Allowed, SearchLimit } from '../search/space';
import { flags } from './flags';

const UNITS: Readonly<Record<string, (n: number, weights: number) => SearchLimit>> = {
  x: (n, weights) => ({ measure: 'weights', most: Math.floor((FLOAT * weights) / n) }),
  B: (n) => ({ measure: 'memory', most: n }),
  KB: (n) => ({ measure: 'memory', most: n * KB }),
  MB: (n) => ({ measure: 'memory', most: n * MB }),
  MBitOps: (n) => ({ measure: 'bitOps', most: n * 1e6 }),
  GBitOps: (n) => ({ measure: 'bitOps', most: n * 1e9 }),
};

const SIZES: Readonly<Record<string, number>> = { B: 1, KB, MB };

/** `latency@table:20ms`, `energy@table:5mJ`; undefined for others. @throws UsageError without a table that has the unit. */
function readTableLimit(part: string, table: CostTable | undefined): SearchLimit | undefined {
  const [, what, number, unit] = /^(latency|energy)@table:([\d.]+)(ms|mJ)$/.exec(part) ?? [];
  const n = Number(number);
  if (!(n > 0) || (what === 'latency') !== (unit === 'ms')) return undefined;
  if (table === undefined) throw new UsageError(`--limit "${part}" needs the table: say --cost-table FILE.`);
  if (!hasUnit(table, unit as TableUnit)) throw new UsageError(`--limit "${part}": the table has no column ${unit}.`);
  return { measure: what as 'latency' | 'energy', most: n * 1000, table };
}

/** `flash:96KB`, `ram:64KB`, `ram@nucleo-l4r5zi:64KB`, `latency@nucleo-l4r5zi:120ms`; undefined for others. */
function readDeviceLimit(part: string): SearchLimit | undefined {
  const [, what, device, number, unit] = /^(flash|ram|latency)(?:@([^:]+))?:([\d.]+)(B|KB|MB|ms)$/.exec(part) ?? [];
  const n = Number(number);
  if (!(n > 0) || (what === 'latency') !== (unit === 'ms')) return undefined;
  if ((what === 'flash' && device !== undefined) || (what === 'latency' && device === undefined)) return undefined;
  const by = device === undefined ? {} : { device: deviceOf(device).id };
  if (what === 'latency') return { measure: what, most: n * 1000, ...by };
  return { measure: what as 'flash' | 'ram', most: Math.floor(n * SIZES[unit]), ...by };
}

/**
 * `--limit 16x,2GBitOps`: compression of the weights, bytes of the packed file, bit operations per image; of a board, flash,
 * RAM and latency; by a table, latency and energy; all hold at once.
 */
export function readLimits(text: string | undefined, network: Network, table: CostTable | undefined): SearchLimit[] {
  const weights = layerCosts(network).reduce((sum, layer) => sum + layer.weights, 0);
  return (text?.split(',') ?? []).map((part) => {
    const special = readTableLimit(part, table) ?? readDeviceLimit(part);
    if (special) return special;
    const [, number, unit] = /^([\d.]+)([A-Za-z]+)$/.exec(part) ?? [];
    if (unit === undefined || !Object.hasOwn(UNITS, unit) || !(Number(number) > 0))
      throw new UsageError(
        `--limit "${part}" is not a limit; say 16x, 64KB, 2GBitOps, flash:96KB, ram:64KB, latency@nucleo-l4r5zi:120ms or latency@table:20ms, several with commas.`,
      );
    return UNITS[unit](Number(number), weights);
  });
}

/** `--budget 40`, `200000images`, `10min`; of several, the first one used up ends the search. */
export function readBudget(text: string | undefined): Budget {
  const budgets = (text ?? '50').split(',').map((part): Budget => {
    const [, number, unit] = /^(\d+)(images|min|s)?$/.exec(part) ?? [];
    const n = Number(number);
    if (!(n > 0))
      throw new UsageError(`--budget "${part}" is not a budget; say 40 (evaluations), 200000images or 10min.`);
    if (unit === 'images') return { images: n };
    return unit === undefined ? { evaluations: n } : { seconds: unit === 'min' ? n * 60 : n };
  });
  return Object.assign({}, ...budgets);
}

/** Whole numbers of a flag: `1-5` or `1,3`. */
export function readNumbers(flag: string, text: string): number[] {
  const numbers = text.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    return Array.from({ length: Number(to) - Number(from) + 1 || 0 }, (_, i) => Number(from) + i);
  });
  if (numbers.length === 0) throw new UsageError(`--${flag} "${text}" names no numbers; say 1-5, or 1,3.`);
  return [...new Set(numbers)];
}

/** `1-8` or `2,4,8`, all supported widths; 0 skips a layer. */
function readWidths(flag: string, text: string, tensor: keyof LayerBits): BitWidth[] {
  const widths = text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return [SKIPPED, ...BIT_WIDTHS].filter((bits) => bits >= from && bits <= to && isBitWidth(bits, tensor));
  });
  if (widths.length === 0)
    throw new UsageError(`--${flag} "${text}" names no widths; say 1-8, or 2,4,8, or 32 for float.`);
  return [...new Set(widths)];
}

/** `--lock stem=8,fc=8/4`: weight bits, and activation bits unless float. */
function readLocks(text: string | undefined, network: Network): Partial<BitPolicy> {
  const layers = layersOf(network).map(({ id }) => id);
  const locks = (text?.split(',') ?? []).map((part) => {
    const [, id, weights, activations = FLOAT] = /^([^=]+)=(\d+)(?:\/(\d+))?$/.exec(part) ?? [];
    const bits = { weights: Number(weights), activations: Number(activations) };
    if (!layers.includes(id) || !isBitWidth(bits.weights, 'weights') || !isBitWidth(bits.activations, 'activations'))
      throw new UsageError(`--lock "${part}" locks nothing; say LAYER=BITS, of the layers ${layers.join(', ')}.`);
    return [id, bits];
  });
  return Object.fromEntries(locks);
}

/** `--tie shortcuts`, `blocks`, or groups of layers: `1a+1b,2a+2b+2s`. */
function readTies(text: string, network: Network): string[][] {
  if (text === 'none' || text === 'shortcuts' || text === 'blocks') return tiesOf(network, text);
  const layers = layersOf(network).map(({ id }) => id);
  return text.split(',').map((part) => {
    const group = part.split('+');
    if (group.length < 2 || group.some((id) => !layers.includes(id)))
      throw new UsageError(
        `--tie "${part}" ties nothing; say shortcuts, blocks, or LAYER+LAYER, of the layers ${layers.join(', ')}.`,
      );
    return group;
  });
}

/** `--pairs 1/4,2/4,3/3`: weight and activation bits; undefined without. */
function readPairs(text: string | undefined): LayerBits[] | undefined {
  return text?.split(',').map((part) => {
    const [, weights, activations] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
    const bits = { weights: Number(weights), activations: Number(activations) };
    if (!isBitWidth(bits.weights, 'weights') || !isBitWidth(bits.activations, 'activations'))
      throw new UsageError(
        `--pairs "${part}" is no pair of weight and activation bits; say 1/4,2/4,3/3,4/4,8/8,32/32.`,
      );
    return bits as LayerBits;
  });
}

/** `--bits`, `--activation-bits`, `--pairs`, `--lock` and `--tie`; by default all widths of the quantizer, and float activations. */
export function readAllowed(network: Network, scheme: QuantScheme): Allowed {
  const rest = {
    locks: readLocks(flags.lock, network),
    ...(flags.tie !== undefined && { ties: readTies(flags.tie, network) }),
  };
  const pairs = readPairs(flags.pairs);
  if (pairs !== undefined) {
    if (flags.bits !== undefined || flags['activation-bits'] !== undefined)
      throw new UsageError('--pairs says all widths: leave out --bits and --activation-bits.');
    const widths = (part: keyof LayerBits) => [...new Set(pairs.map((bits) => bits[part]))];
    return { weights: widths('weights'), activations: widths('activations'), pairs, ...rest };
  }
  const within = ([min, max]: readonly [number, number]) => `${min}-${max}`;
  const bits = flags.bits ?? within(quantizerOf(scheme.quantizer).bits);
  const given = flags['activation-bits'] ?? '32';
  const list = given === 'all' ? within(activationQuantizerOf(activationsOf(scheme)).bits) : given;
  return {
    weights: readWidths('bits', bits, 'weights'),
    activations: given === 'same' ? 'asWeights' : readWidths('activation-bits', list, 'activations'),
    ...rest,
  };
}

/** `--option key=value,key=value`. */
export function readGiven(text: string | undefined): Record<string, string> {
  return Object.fromEntries(
    (text?.split(',') ?? []).map((part) => {
      const [key, value] = part.split('=');
      if (value === undefined) throw new UsageError(`--option "${part}" is not an option; say name=value.`);
      return [key, value];
    }),
  );
}
