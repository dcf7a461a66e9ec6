// What a limit counts: the cost of each width of each layer, which add up to a bound of the policy's cost, and the exact cost
// where files or memory plans are more than a sum.
import { deviceMemory } from '../device/costs';
import { type CostTable, CostTableError, checkChoices, costIn, sumIn, tableFor } from '../device/costTable';
import { deviceOf, kernelsOf } from '../device/devices';
import { cyclesOf, latencyModel } from '../device/latency';
import { type ImageFacts, tfliteLayout } from '../formats/export/tflite/layout';
import { packedBytes, packedSizes } from '../formats/packed';
import { activationBits, type LayerCost, layerCosts, policyCost } from '../graph/cost';
import { withBiases } from '../graph/folding';
import type { Architecture } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, type LayerBits, SKIPPED, uniformPolicy } from '../graph/policy';
import { calibrationOf, type QuantScheme } from '../quant/registry';
import { SettingsError } from './settingsError';

/**
 * The cost measured by a limit. `memory`: bytes of the packed file, the page's headline. `weights`: bits of all kernels,
 * as papers state compression. `bitOps`: `sum(MACs * weight bits * activation bits)` per image. On a device, `flash`: bytes of
 * the .tflite file; `ram`: bytes of working memory; `latency`: microseconds per image. By a table of the user's, `latency`, and
 * `energy`: microjoules per image.
 */
export type LimitMeasure = 'memory' | 'weights' | 'bitOps' | 'flash' | 'ram' | 'latency' | 'energy';

/** No policy may cost more. */
export interface SearchLimit {
  readonly measure: LimitMeasure;
  readonly most: number;
  /** Of a latency, and of RAM where its kernels are not TFLM's own: the device's id. */
  readonly device?: string;
  /** Of a latency or an energy: what the layers take. */
  readonly table?: CostTable;
}

/** The exact cost of a policy. */
export interface ExactCost {
  /** How far the sum of the layers' costs may be above it. */
  readonly slack: number;
  /** True if the exact cost is never above the sum. */
  readonly bounded: boolean;
  readonly of: (policy: BitPolicy) => number;
}

/** What a limit counts. */
export interface LimitCost {
  /** Integer cost of a layer at these bits. */
  readonly of: (layer: string, bits: LayerBits) => number;
  /** What the layers may cost together. */
  readonly room: number;
  readonly exact?: ExactCost;
}

/** What costs depend on; `images` are what a .tflite file states of its images. */
export interface Costed {
  readonly architecture: Architecture;
  readonly scheme: QuantScheme;
  readonly images: ImageFacts | undefined;
}

type Choices = readonly { readonly id: string; readonly choices: readonly LayerBits[] }[];

/** Digits that offsets and widths of a mixed policy may add to the packed file's header, which is padded to 8 bytes. */
const HEADER_SLACK = 16;
/** Bytes by which operators of two types lengthen a .tflite file, and its alignment per layer. */
const OPERATORS = 160;
const ALIGNMENT = 32;

const known = <T>(value: T | undefined): T => value as T;

/** A policy of one weight width in all layers that allow it, with the choices' activations. */
function widest(architecture: Architecture, weights: BitWidth, layers: Choices): BitPolicy {
  const entries = layers.map(({ id, choices }) => [
    id,
    {
      weights: weights !== SKIPPED || choices.some((bits) => bits.weights === SKIPPED) ? weights : FLOAT,
      activations: choices.find((bits) => bits.activations !== FLOAT)?.activations ?? FLOAT,
    },
  ]);
  return { ...uniformPolicy(architecture, weights, FLOAT), ...Object.fromEntries(entries) };
}

const widthsOf = (layers: Choices) => new Set(layers.flatMap(({ choices }) => choices.map(({ weights }) => weights)));

/** Sizes of layers by width, and how much the rest of a file takes at most and at least. */
function fileCost(
  most: number,
  sizes: ReadonlyMap<BitWidth, { readonly layers: ReadonlyMap<string, number>; readonly rest: number }>,
  slack: number,
  of: ExactCost['of'],
): LimitCost {
  const rests = [...sizes.values()].map(({ rest }) => rest);
  const rest = Math.max(...rests) + slack;
  return {
    of: (layer, { weights }) => known(sizes.get(weights)?.layers.get(layer)),
    room: most - rest,
    exact: { slack: rest - Math.min(...rests) + slack, bounded: true, of },
  };
}

function packedCost({ architecture, scheme }: Costed, layers: Choices, most: number): LimitCost {
  // The sizes slightly overstate policies that round nothing, the only ones that need no biases.
  const corrected = calibrationOf(scheme).correction === 'bias' ? withBiases(architecture) : architecture;
  const sizes = [...widthsOf(layers)].map(
    (width) => [width, packedSizes(corrected, widest(architecture, width, layers), scheme)] as const,
  );
  return fileCost(most, new Map(sizes), HEADER_SLACK, (policy) => packedBytes(architecture, policy, scheme));
}

const factsOf = ({ images }: Costed): ImageFacts => {
  if (images === undefined) throw new Error('The size of a .tflite file depends on its images, which are not given.');
  return images;
};

function flashCost(costed: Costed, layers: Choices, most: number): LimitCost {
  const { architecture, scheme } = costed;
  const images = factsOf(costed);
  const sizes = [...widthsOf(layers)].map((width) => {
    const { bytes, layers: own } = tfliteLayout(architecture, widest(architecture, width, layers), scheme, images);
    const all = new Map(layers.map(({ id }) => [id, own.get(id) ?? 0]));
    return [width, { layers: all, rest: bytes.length - [...all.values()].reduce((a, b) => a + b, 0) }] as const;
  });
  const slack = OPERATORS + ALIGNMENT * layers.length;
  return fileCost(most, new Map(sizes), slack, (policy) => deviceMemory(architecture, policy, scheme, images).flash);
}

/**
 * Working memory is a plan, not a sum: only INT4 kernels change it, which are unpacked one at a time. A layer costs 1 at
 * widths that would need more than there is, and the room is 0.
 */
function ramCost(costed: Costed, layers: Choices, most: number, id?: string): LimitCost {
  const { architecture, scheme } = costed;
  const images = factsOf(costed);
  const kernels = id === undefined ? 'reference' : kernelsOf(deviceOf(id));
  const exact = (policy: BitPolicy) => deviceMemory(architecture, policy, scheme, images, kernels).ram;
  const wide = widest(architecture, 8, layers);
  const narrow = widest(architecture, 4, layers);
  const { int4 } = deviceMemory(architecture, narrow, scheme, images);
  const halved = (ids: Iterable<string>) => ({
    ...wide,
    ...Object.fromEntries([...ids].map((id) => [id, narrow[id]])),
  });
  const numbers = new Map(layerCosts(architecture).map(({ id, weights }) => [id, weights]));
  const fitting = exact(narrow) <= most ? [...int4] : [...int4].filter((id) => exact(halved([id])) <= most);
  fitting.sort((a, b) => known(numbers.get(a)) - known(numbers.get(b)));
  while (fitting.length > 0 && exact(halved(fitting)) > most) fitting.pop();
  const none = exact(wide) > most;
  const four = new Set(fitting);
  return {
    of: (layer, { weights }) => {
      if (weights === SKIPPED) return 0;
      const isInt4 = weights <= 4 && int4.has(layer);
      return Number(none) + Number(isInt4 && !four.has(layer));
    },
    room: 0,
    exact: { slack: 0, bounded: false, of: exact },
  };
}

/** A device with its latencies. @throws SettingsError if nobody has published any. */
function timed(id = '') {
  const device = deviceOf(id);
  const model = latencyModel(device);
  if (model === undefined) throw new SettingsError(`No latencies are known of ${device.id}: choose another device.`);
  return { model, cyclesPerMicrosecond: device.board.clockMHz as number };
}

function latencyCost({ architecture, scheme, images }: Costed, layers: Choices, most: number, id?: string): LimitCost {
  const { model, cyclesPerMicrosecond } = timed(id);
  const costs = new Map<string, LayerCost>(layerCosts(architecture).map((cost) => [cost.id, cost]));
  const four = widest(architecture, 4, layers);
  const int4 =
    model.int4 === 1 || images === undefined
      ? new Set<string>()
      : deviceMemory(architecture, four, scheme, images).int4;
  return {
    of: (layer, { weights }) => {
      if (weights === SKIPPED) return 0;
      const cycles = cyclesOf(model, known(costs.get(layer)), weights <= 4 && int4.has(layer));
      return Math.ceil(cycles / cyclesPerMicrosecond);
    },
    room: most,
  };
}

const unitOf = (measure: LimitMeasure) => (measure === 'energy' ? 'mJ' : 'ms');
/** Costs by a table are multiples of this, in microseconds or microjoules, so that their sums are exact. */
const FINEST = 2 ** -10;

/** @throws SettingsError if the table is of another network, or lacks bits among the choices. */
function tableCost(
  { architecture }: Costed,
  layers: Choices,
  measure: LimitMeasure,
  given: CostTable,
): LimitCost['of'] {
  const unit = unitOf(measure);
  let table = given;
  try {
    table = tableFor(given, architecture);
    checkChoices(table, unit, layers);
  } catch (error) {
    throw error instanceof CostTableError ? new SettingsError(error.message) : error;
  }
  return (layer, bits) => FINEST * Math.ceil((1000 * known(costIn(table, unit, layer, bits))) / FINEST);
}

/** What a limit counts, for the choices of these layers. @throws SettingsError, ExportError */
export function limitCost(costed: Costed, layers: Choices, { measure, most, device, table }: SearchLimit): LimitCost {
  const { architecture } = costed;
  if (table !== undefined) return { of: tableCost(costed, layers, measure, table), room: most };
  if (measure === 'memory') return packedCost(costed, layers, most);
  if (measure === 'weights' || measure === 'bitOps') {
    const costs = new Map(layerCosts(architecture).map((cost) => [cost.id, cost]));
    const of = (id: string, bits: LayerBits) => {
      const cost = known(costs.get(id));
      return bits.weights * (measure === 'weights' ? cost.weights : cost.macs * activationBits(cost, bits));
    };
    return { of, room: most };
  }
  if (layers.every(({ choices }) => choices.every(({ activations }) => activations === FLOAT)))
    throw new SettingsError(
      'Limits of a board are for integer files: let activations have 8 bits (--activation-bits 8).',
    );
  if (measure === 'flash') return flashCost(costed, layers, most);
  return measure === 'ram' ? ramCost(costed, layers, most, device) : latencyCost(costed, layers, most, device);
}

/** The cost of policies by a limit of `frontLimit`: an axis for fronts. */
export function frontCost({ architecture, scheme, images }: Costed, limits: readonly SearchLimit[]) {
  const { measure, table } = frontLimit(limits);
  if (table !== undefined)
    return (policy: BitPolicy) => sumIn(tableFor(table, architecture), unitOf(measure), policy).sum ?? Number.NaN;
  if (measure === 'memory') return (policy: BitPolicy) => packedBytes(architecture, policy, scheme);
  if (measure === 'flash') {
    const facts = factsOf({ architecture, scheme, images });
    return (policy: BitPolicy) => deviceMemory(architecture, policy, scheme, facts).flash;
  }
  return (policy: BitPolicy) => policyCost(architecture, policy)[measure === 'bitOps' ? 'bitOps' : 'weightBytes'];
}

/** The first limit that widths change little by little, without its number: not RAM, nor the latency of a board; or memory. */
export function frontLimit(limits: readonly SearchLimit[]): SearchLimit {
  const found = limits.find(({ measure, table }) => table !== undefined || !['ram', 'latency'].includes(measure));
  return { measure: 'memory', ...found, most: Number.MAX_SAFE_INTEGER };
}
