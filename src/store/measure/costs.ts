// What policies cost, remembered by policy object: the faders, the plot and the tables ask for the same ones again and
// again. Definitions are docs/notation.md's; the arithmetic is in graph/cost.ts and formats/packed.ts.
import { packedSizes } from '../../formats/packed';
import { type LayerCost, layerCosts, policyCost } from '../../graph/cost';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../../graph/policy';
import { clampPolicy } from '../../policy/widths';
import { type QuantScheme, schemeName } from '../../quant/registry';
import type { Axis, Desk } from '../state/desk';

/** How many times smaller the packed file is than that of the float network: what compression means on the page. */
export function compressionHere(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): number {
  const memory = (of: BitPolicy) => costsOf(architecture, of, scheme).memory;
  return memory(floatPolicy(architecture)) / memory(policy);
}

/** Costs of one policy, the exact size of its packed file included. */
export interface PolicyCosts {
  readonly memory: number;
  /** Each layer's share of the memory, scales and biases included; with `rest` they are all of it. Bytes. */
  readonly layers: ReadonlyMap<string, number>;
  readonly rest: number;
  readonly bitOps: number;
  readonly averageBits: number;
}

const schemes = new Map<string, WeakMap<Architecture, WeakMap<BitPolicy, PolicyCosts>>>();

/** Memory (bytes of the packed file), bit operations an image, and mean bits of a weight. */
export function costsOf(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): PolicyCosts {
  const key = schemeName(scheme);
  const byArchitecture = schemes.get(key) ?? new WeakMap<Architecture, WeakMap<BitPolicy, PolicyCosts>>();
  schemes.set(key, byArchitecture);
  const byPolicy = byArchitecture.get(architecture) ?? new WeakMap<BitPolicy, PolicyCosts>();
  byArchitecture.set(architecture, byPolicy);
  const known = byPolicy.get(policy);
  if (known) return known;
  const { bitOps, averageWeightBits } = policyCost(architecture, policy);
  const { total, layers, rest } = packedSizes(architecture, policy, scheme);
  const costs = { memory: total, layers, rest, bitOps, averageBits: averageWeightBits };
  byPolicy.set(policy, costs);
  return costs;
}

const layers = new WeakMap<Architecture, ReadonlyMap<string, LayerCost>>();

/** Sizes of the layers by id. */
export function layersById(architecture: Architecture): ReadonlyMap<string, LayerCost> {
  let known = layers.get(architecture);
  if (!known) {
    known = new Map(layerCosts(architecture).map((cost) => [cost.id, cost]));
    layers.set(architecture, known);
  }
  return known;
}

type OnFaders = Pick<Desk, 'architecture' | 'policy' | 'scheme'>;

/** Bytes of one layer in the packed file of the policy on the faders. */
export function layerBytes({ architecture, policy, scheme }: OnFaders, layer: string): number {
  return costsOf(architecture, policy, scheme).layers.get(layer) ?? 0;
}

const floats = new WeakMap<Architecture, BitPolicy>();

/** The policy that quantizes nothing. */
export function floatPolicy(architecture: Architecture): BitPolicy {
  let known = floats.get(architecture);
  if (!known) {
    known = uniformPolicy(architecture, FLOAT, FLOAT);
    floats.set(architecture, known);
  }
  return known;
}

/** Smallest and largest value that policies of this architecture reach on an axis. */
export function axisRange(architecture: Architecture, scheme: QuantScheme, axis: Axis): [min: number, max: number] {
  const least = costsOf(architecture, clampPolicy(lowest(architecture), scheme), scheme)[axis];
  return [least, costsOf(architecture, floatPolicy(architecture), scheme)[axis]];
}

const lows = new WeakMap<Architecture, BitPolicy>();
function lowest(architecture: Architecture): BitPolicy {
  let known = lows.get(architecture);
  if (!known) {
    known = Object.fromEntries(
      Object.keys(floatPolicy(architecture)).map((id) => [id, { weights: 1, activations: 2 }] as const),
    );
    lows.set(architecture, known);
  }
  return known;
}
