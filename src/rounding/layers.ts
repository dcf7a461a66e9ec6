// The layers of a network under a rounding: the only place where kernels are quantized, batch norms multiplied in and
// integer layers built. Inference and exported files both use the result, so that their logits are equal bit for bit.
import { binaryInputs } from '../graph/binary';
import { batchNormLine, foldableBatchNorms } from '../graph/folding';
import { chosenForKernel, learnedForInput } from '../graph/learned';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, isRounded, type LayerBits, SKIPPED } from '../graph/policy';
import { signedInputs } from '../graph/signs';
import { roundToFloat16 } from '../quant/floats';
import { type KernelLayout, kernelLayout, quantizeKernel } from '../quant/granularity';
import { type QuantScheme, quantizerOf, scaleBitsOf, specOf } from '../quant/registry';
import { type ActivationRounding, activationRounding, inputQuantizer } from './activationRounding';
import {
  type CodedKernel,
  codedKernel,
  decodeEncoded,
  type EncodedKernel,
  encodeKernel,
  hasOneScale,
} from './codedKernel';
import { type IntegerLayer, integerLayer } from './integerLayer';
import { schemeOfLayer } from './layerScheme';
import { learnedForKernel } from './learnedKernel';
import type { Rounding } from './rounding';

/** A layer under a rounding. Each form of its kernel is computed on first use. */
export interface RoundedLayer {
  readonly node: LayerNode;
  readonly bits: LayerBits;
  /** Shape of the kernel. */
  readonly shape: readonly number[];
  readonly layout: KernelLayout;
  /** Batch norm's factor [channels]; included in `values`, `coded` and `integers`, but not in `encoded`. */
  readonly factor: Float32Array | undefined;
  /** [channels], including batch norm's shift. */
  readonly bias: Float32Array | undefined;
  /** How the layer rounds its input; undefined for float activations. */
  readonly input: ActivationRounding | undefined;
  /** The dequantized kernel in float32. */
  readonly values: Float32Array;
  /** The kernel's codes and stored numbers. This and the two below are undefined for float weights. */
  readonly encoded: EncodedKernel | undefined;
  /** The kernel as integers times scales. */
  readonly coded: CodedKernel | undefined;
  /** The layer as sums of integers; also undefined when such sums would not be exact. */
  readonly integers: IntegerLayer | undefined;
}

function kernelOf(network: Network, { id }: LayerNode): Parameter {
  const kernel = network.parameters.get(parameterName(id, 'kernel'));
  if (kernel === undefined) throw new Error(`${network.name} has no kernel for "${id}".`);
  return kernel;
}

const layoutOf = (node: LayerNode, { shape }: Parameter) => kernelLayout(shape, node.op === 'depthwiseConv2d');

/** The codes that calibration chose for a kernel under a scheme; undefined if the quantizer rounds it. */
function chosenKernel(network: Network, layer: string, scheme: QuantScheme, bits: number): EncodedKernel | undefined {
  const chosen = chosenForKernel(network, layer, scheme, bits);
  if (chosen === undefined) return undefined;
  const { shape, values } = chosen.numbers;
  const [groups, perGroup] = shape;
  const kept = scaleBitsOf(scheme) === 16 ? values.map(roundToFloat16) : values;
  const numbers = Array.from({ length: groups }, (_, g) => [...kept.subarray(g * perGroup, (g + 1) * perGroup)]);
  return { codes: Uint8Array.from(chosen.codes), numbers };
}

/**
 * A layer's kernel rounded to `bits`, without batch norm: the codes that calibration chose if there are any, else rounded by
 * the quantizer with the network's learned parameters. Float weights are returned as they are.
 * @throws QuantSpecError for a bit width or granularity that the quantizer does not support.
 */
export function roundedKernel(network: Network, node: LayerNode, whole: QuantScheme, bits: number): Float32Array {
  const kernel = kernelOf(network, node);
  if (bits === FLOAT) return kernel.values;
  const scheme = schemeOfLayer(whole, network, node);
  const layout = layoutOf(node, kernel);
  const chosen = chosenKernel(network, node.id, scheme, bits);
  if (chosen !== undefined) return decodeEncoded(chosen, layout, scheme, bits);
  const quantizer = quantizerOf(scheme.quantizer);
  const learned = learnedForKernel(network, node.id, scheme, bits);
  return quantizeKernel(kernel.values, layout, quantizer, scheme.granularity, specOf(scheme, bits), learned).values;
}

/**
 * Returns how each layer of `network` rounds its input: by learned parameters if there are any, else by calibration. Binary
 * activations are not rounded again.
 */
function inputRounder(network: Network): (id: string, rounding: Rounding) => ActivationRounding | undefined {
  const signed = signedInputs(network);
  const binary = binaryInputs(network);
  return (id, { policy, scheme, ranges }) => {
    const { weights, activations } = policy[id];
    if (activations === FLOAT || weights === SKIPPED || binary.has(id)) return undefined;
    const learned = learnedForInput(network, id, inputQuantizer(scheme, signed.has(id)), activations);
    return activationRounding(id, scheme, activations, signed.has(id), ranges.get(id), learned && [...learned]);
  };
}

/**
 * How each layer rounds its input, by layer id. Layers that read floats and skipped layers have no entry.
 * @throws CalibrationError for a layer without a range.
 */
export function inputRoundings(network: Network, rounding: Rounding): Map<string, ActivationRounding> {
  const inputOf = inputRounder(network);
  const entries = layersOf(network).flatMap(({ id }) => {
    const input = inputOf(id, rounding);
    return input === undefined ? [] : [[id, input] as const];
  });
  return new Map(entries);
}

/**
 * Returns a function that rounds one layer of the network at a time; the layer must not be skipped.
 * @throws CalibrationError for a missing range; reading the kernel throws QuantSpecError for unsupported bits or granularity.
 */
export function layerRounder(network: Network): (node: LayerNode, rounding: Rounding) => RoundedLayer {
  const inputOf = inputRounder(network);
  const folded = foldableBatchNorms(network);
  const image = network.nodes[0].id;
  return (node, rounding) => {
    const { policy, ranges } = rounding;
    const scheme = schemeOfLayer(rounding.scheme, network, node);
    const bits = policy[node.id];
    const kernel = kernelOf(network, node);
    const layout = layoutOf(node, kernel);
    const norm = folded.get(node.id);
    const line = norm && batchNormLine(network, norm);
    const factor = line?.multiplier;
    const bias = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
    const input = inputOf(node.id, rounding);
    const encoded = once(() => {
      if (!isRounded(bits.weights)) return undefined;
      const chosen = chosenKernel(network, node.id, scheme, bits.weights);
      if (chosen !== undefined) return chosen;
      const learned = learnedForKernel(network, node.id, scheme, bits.weights);
      return encodeKernel(kernel.values, layout, scheme, bits.weights, learned);
    });
    const coded = once(() => {
      const raw = encoded();
      return raw && codedKernel(raw, layout, scheme, bits.weights, factor);
    });
    const integers = once(() => {
      const range = node.inputs[0] === image ? ranges.get(node.id) : undefined;
      if (!hasOneScale(scheme) || (input ?? range) === undefined) return undefined;
      const integral = coded();
      return integral && integerLayer(integral, layout, input, range);
    });
    const values = once(() => {
      const rounded = roundedKernel(network, node, scheme, bits.weights);
      return factor ? rounded.map((w, i) => w * factor[i % layout.channels]) : rounded;
    });
    return {
      node,
      bits,
      shape: kernel.shape,
      layout,
      factor,
      bias: line ? line.shift.map((s, c) => s + (bias?.[c] ?? 0) * line.multiplier[c]) : bias,
      input,
      get values() {
        return values();
      },
      get encoded() {
        return encoded();
      },
      get coded() {
        return coded();
      },
      get integers() {
        return integers();
      },
    };
  };
}

/** The layers that a rounding does not skip, by id, in execution order. Throws like `layerRounder`. */
export function roundedLayers(network: Network, rounding: Rounding): Map<string, RoundedLayer> {
  const round = layerRounder(network);
  const present = layersOf(network).filter(({ id }) => rounding.policy[id].weights !== SKIPPED);
  return new Map(present.map((node) => [node.id, round(node, rounding)]));
}

/** `compute`, called at most once. */
function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
