// Costs of a policy: weights, multiplications, bit operations, activation memory, as defined in docs/notation.md.
import { binaryInputs } from './binary';
import { ACTIVATIONS, type ActivationShape, type Architecture, layersOf } from './network';
import { perArchitecture } from './perArchitecture';
import { type BitPolicy, type BitWidth, FLOAT, type LayerBits } from './policy';
import { inferShapes } from './shapes';
import { withoutSkipped } from './skips';

const product = (shape: readonly number[]) => shape.reduce((p, d) => p * d, 1);

/** Sizes of one layer, independent of bit widths. Counts are for one image. */
export interface LayerCost {
  readonly id: string;
  readonly op: 'conv2d' | 'depthwiseConv2d' | 'dense';
  /** Number of kernel weights. */
  readonly weights: number;
  readonly outputChannels: number;
  readonly inputChannels: number;
  /** Height and width of the kernel; [1, 1] for dense layers. */
  readonly kernelSize: readonly [h: number, w: number];
  readonly inputShape: ActivationShape;
  readonly outputShape: ActivationShape;
  /** True if it reads binary activations, which have 1 bit whatever a policy says. */
  readonly readsSigns: boolean;
  /** Multiply-accumulates: `cin / groups * cout * kh * kw * hout * wout`; dense `in * out`. */
  readonly macs: number;
}

/**
 * Sizes of all layers in execution order.
 *
 * @example
 * for (const { id, weights, macs } of layerCosts(networks.resnet20.build([32, 32, 3], 10))) console.log(id, weights, macs);
 */
export function layerCosts(architecture: Architecture): readonly LayerCost[] {
  return sizesOf(architecture);
}

const sizesOf = perArchitecture((architecture): readonly LayerCost[] => {
  const shapes = inferShapes(architecture);
  return layersOf(architecture).map((node) => {
    const inputShape = shapes.get(node.inputs[0]) as ActivationShape;
    const outputShape = shapes.get(node.id) as ActivationShape;
    const inputChannels = inputShape[inputShape.length - 1] as number;
    const outputChannels = outputShape[outputShape.length - 1] as number;
    const kernelSize = node.op === 'dense' ? ([1, 1] as const) : node.size;
    const groups = node.op === 'depthwiseConv2d' ? inputChannels : node.op === 'conv2d' ? (node.groups ?? 1) : 1;
    const weights = product(kernelSize) * outputChannels * (inputChannels / groups);
    const positions = product(outputShape) / outputChannels;
    const { id, op } = node;
    return {
      id,
      op,
      weights,
      outputChannels,
      inputChannels,
      kernelSize,
      inputShape,
      outputShape,
      readsSigns: binaryInputs(architecture).has(id),
      macs: weights * positions,
    };
  });
});

/** Bits of the activations that a layer reads. */
export function activationBits({ readsSigns }: LayerCost, { activations }: LayerBits): BitWidth {
  return readsSigns ? 1 : activations;
}

export interface PolicyCost {
  /** Paper convention: `sum(weights * bits) / 8` over kernels; batch norm and biases not counted (LIMPQ, HAQ, HAWQ). */
  readonly weightBytes: number;
  /** `sum(MACs * weight bits * activation bits)`, float counted as 32. */
  readonly bitOps: number;
  /** Mean bits per weight. */
  readonly averageWeightBits: number;
  /** Paper convention: float weight bytes over `weightBytes`. */
  readonly compression: number;
  /** Largest sum of live activations along the execution order, at their bit widths, for one image. */
  readonly activationBytes: number;
}

/**
 * Costs of a policy for one image.
 *
 * @example
 * const architecture = networks.resnet20.build([32, 32, 3], 10);
 * const { compression, bitOps } = policyCost(architecture, uniformPolicy(architecture, 4, 8));
 * console.log(compression, bitOps / 1e9); // 8, and giga bit operations
 */
export function policyCost(architecture: Architecture, policy: BitPolicy): PolicyCost {
  let weights = 0;
  let weightBits = 0;
  let bitOps = 0;
  for (const layer of layerCosts(architecture)) {
    const bits = policy[layer.id];
    weights += layer.weights;
    weightBits += layer.weights * bits.weights;
    bitOps += layer.macs * bits.weights * activationBits(layer, bits);
  }
  return {
    weightBytes: weightBits / 8,
    bitOps,
    averageWeightBits: weightBits / weights,
    compression: (FLOAT * weights) / weightBits,
    activationBytes: activationBytes(architecture, policy),
  };
}

// A tensor is stored at the largest width at which a layer reads it, or as float when no layer does. Batch norms and
// activations work in place, so a node and its only, elementwise reader share one buffer.
function activationBytes(whole: Architecture, policy: BitPolicy): number {
  const { network: architecture } = withoutSkipped(whole, policy);
  const shapes = inferShapes(architecture);
  const inPlace = new Set<string>([...ACTIVATIONS, 'batchNorm', 'softmax', 'flatten']);
  const buffer = new Map<string, string>();
  for (const node of architecture.nodes)
    buffer.set(node.id, inPlace.has(node.op) ? (buffer.get(node.inputs[0]) as string) : node.id);
  const bits = new Map<string, number>();
  const lastUse = new Map<string, number>();
  for (const [step, node] of architecture.nodes.entries()) {
    lastUse.set(buffer.get(node.id) as string, step);
    for (const input of node.inputs) {
      const owner = buffer.get(input) as string;
      lastUse.set(owner, step);
      if (!Object.hasOwn(policy, node.id)) continue;
      const width = binaryInputs(architecture).has(node.id) ? 1 : policy[node.id].activations;
      bits.set(owner, Math.max(bits.get(owner) ?? 0, width));
    }
  }
  let live = 0;
  let peak = 0;
  const size = (id: string) => (product(shapes.get(id) as ActivationShape) * (bits.get(id) ?? FLOAT)) / 8;
  for (const [step, node] of architecture.nodes.entries()) {
    if (buffer.get(node.id) === node.id) live += size(node.id);
    peak = Math.max(peak, live);
    for (const [owner, last] of lastUse) if (last === step) live -= size(owner);
  }
  return peak;
}
