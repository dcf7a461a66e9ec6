// Costs of policies, cached by policy object because faders, plot and tables request the same ones again and again. They are
// defined in docs/notation.md and computed in graph/cost.ts and formats/packed.ts.
import { packedSizes } from '../../formats/packed';
import { type LayerCost, layerCosts, policyCost } from '../../graph/cost';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../../graph/policy';
import { clampPolicy } from '../../policy/widths';
import { type QuantScheme, schemeName } from '../../quant/registry';
import type { Desk, PlainAxis } from '../state/desk';

/** How many times smaller the packed file is than that of the float network: the compression shown on the page. */
export function compressionHere(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): number {
  const memory = (of: BitPolicy) => costsOf(architecture, of, scheme).memory;
  return memory(floatPolicy(architecture)) / memory(policy);
}

/** Costs of one policy, including the exact size of its packed file. */
export interface PolicyCosts {
  readonly memory: number;
  /** Memory of each layer in bytes, including scales and biases. Together with `rest` they add up to the total. */
  readonly layers: ReadonlyMap<string, number>;
  readonly rest: number;
  readonly bitOps: number;
  readonly averageBits: number;
}

const schemes = new Map<string, WeakMap<Architecture, WeakMap<BitPolicy, PolicyCosts>>>();

/** Memory (bytes of the packed file), bit operations per image, and mean bits per weight. */
export function costsOf(architecture: Architecture, policy: BitPolicy, scheme: QuantScheme): PolicyCosts {
  const key = schemeName(scheme);
  const byArchitecture = schemes.get(key) ?? new WeakMap<Architecture, WeakMap<BitPolicy, PolicyCosts>>();
  schemes.set(key, byArchitecture);
  const byPolicy = byArchitecture.get(architecture) ?? new WeakMap<BitPolicy, PolicyCosts>();
  byArchitecture.set(architecture, byPolicy);
  const cached = byPolicy.get(policy);
  if (cached) return cached;
  const { bitOps, averageWeightBits } = policyCost(architecture, policy);
  const { total, layers, rest } = packedSizes(architecture, policy, scheme);
  const costs = { memory: total, layers, rest, bitOps, averageBits: averageWeightBits };
  byPolicy.set(policy, costs);
  return costs;
}

const layers = new WeakMap<Architecture, ReadonlyMap<string, LayerCost>>();

/** Sizes of the layers by id. */
export function layersById(architecture: Architecture): ReadonlyMap<string, LayerCost> {
  let costs = layers.get(architecture);
  if (!costs) {
    costs = new Map(layerCosts(architecture).map((cost) => [cost.id, cost]));
    layers.set(architecture, costs);
  }
  return costs;
}

type OnFaders = Pick<Desk, 'architecture' | 'policy' | 'scheme'>;

/** Bytes of one layer in the packed file of the policy on the faders. */
export function layerBytes({ architecture, policy, scheme }: OnFaders, layer: string): number {
  return costsOf(architecture, policy, scheme).layers.get(layer) ?? 0;
}

const floats = new WeakMap<Architecture, BitPolicy>();

/** The float policy, which quantizes nothing. */
export function floatPolicy(architecture: Architecture): BitPolicy {
  let policy = floats.get(architecture);
  if (!policy) {
    policy = uniformPolicy(architecture, FLOAT, FLOAT);
    floats.set(architecture, policy);
  }
  return policy;
}

const uniforms = new WeakMap<Architecture, Map<BitWidth, BitPolicy>>();

/** All weights at one width with 8-bit activations; always the same object, so that its costs are computed once. */
export function uniformAt(architecture: Architecture, bits: BitWidth): BitPolicy {
  const known = uniforms.get(architecture) ?? new Map<BitWidth, BitPolicy>();
  uniforms.set(architecture, known);
  const policy = known.get(bits) ?? uniformPolicy(architecture, bits, 8);
  known.set(bits, policy);
  return policy;
}

/** Smallest and largest value on an axis over the policies of an architecture. */
export function axisRange(
  architecture: Architecture,
  scheme: QuantScheme,
  axis: PlainAxis,
): [min: number, max: number] {
  const least = costsOf(architecture, clampPolicy(lowest(architecture), scheme), scheme)[axis];
  return [least, costsOf(architecture, floatPolicy(architecture), scheme)[axis]];
}

const lows = new WeakMap<Architecture, BitPolicy>();
function lowest(architecture: Architecture): BitPolicy {
  let policy = lows.get(architecture);
  if (!policy) {
    policy = Object.fromEntries(
      Object.keys(floatPolicy(architecture)).map((id) => [id, { weights: 1, activations: 2 }] as const),
    );
    lows.set(architecture, policy);
  }
  return policy;
}
