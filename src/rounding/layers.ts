// The layers of a network under a rounding: the only place where kernels are quantized, batch norms multiplied in and
// integers made. Inference uploads what stands here, and files hold it, so that both give the same logits bit for bit.
import { batchNormLine, foldableBatchNorms } from '../graph/folding';
import { chosenForKernel, learnedForInput, learnedForKernel } from '../graph/learned';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, isRounded, type LayerBits, SKIPPED } from '../graph/policy';
import { signedInputs } from '../graph/signs';
import { type KernelLayout, kernelLayout, quantizeKernel } from '../quant/granularity';
import { roundToFloat16 } from '../quant/floats';
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
import type { Rounding } from './rounding';

/** A layer under a rounding. Its kernel is computed in the form, and at the time, that is asked for. */
export interface RoundedLayer {
  readonly node: LayerNode;
  readonly bits: LayerBits;
  /** Of the kernel. */
  readonly shape: readonly number[];
  readonly layout: KernelLayout;
  /** Batch norm's factor [channels]; it is in `values`, `coded` and `integers`, and not in `encoded`. */
  readonly factor: Float32Array | undefined;
  /** [channels], batch norm's shift with it. */
  readonly bias: Float32Array | undefined;
  /** How the layer rounds its input; undefined for float activations. */
  readonly input: ActivationRounding | undefined;
  /** The kernel in float32, de-quantized. */
  readonly values: Float32Array;
  /** The kernel's codes and the numbers kept for them; undefined for float weights, as are the two below. */
  readonly encoded: EncodedKernel | undefined;
  /** The kernel as integers times scales. */
  readonly coded: CodedKernel | undefined;
  /** The layer as sums of integers, where such sums are exact; undefined elsewhere. */
  readonly integers: IntegerLayer | undefined;
}

function kernelOf(network: Network, { id }: LayerNode): Parameter {
  const kernel = network.parameters.get(parameterName(id, 'kernel'));
  if (kernel === undefined) throw new Error(`${network.name} has no kernel for "${id}".`);
  return kernel;
}

const layoutOf = (node: LayerNode, { shape }: Parameter) => kernelLayout(shape, node.op === 'depthwiseConv2d');

/** The codes that calibration chose for a kernel under a scheme; undefined where the quantizer rounds by itself. */
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
 * A layer's kernel rounded to `bits`: to the codes that calibration chose, else by the quantizer with what the network
 * learned for it; batch norm not multiplied in; float weights as they are.
 * @throws QuantSpecError for bits or a granularity that the quantizer does not have.
 */
export function roundedKernel(network: Network, node: LayerNode, scheme: QuantScheme, bits: number): Float32Array {
  const kernel = kernelOf(network, node);
  if (bits === FLOAT) return kernel.values;
  const layout = layoutOf(node, kernel);
  const chosen = chosenKernel(network, node.id, scheme, bits);
  if (chosen !== undefined) return decodeEncoded(chosen, layout, scheme, bits);
  const quantizer = quantizerOf(scheme.quantizer);
  const learned = learnedForKernel(network, node.id, scheme, bits);
  return quantizeKernel(kernel.values, layout, quantizer, scheme.granularity, specOf(scheme, bits), learned).values;
}

/** How a layer of `network` rounds its input, layer by layer: as the network learned it, else as calibration starts it. */
function inputRounder(network: Network): (id: string, rounding: Rounding) => ActivationRounding | undefined {
  const signed = signedInputs(network);
  return (id, { policy, scheme, ranges }) => {
    const { weights, activations } = policy[id];
    if (activations === FLOAT || weights === SKIPPED) return undefined;
    const learned = learnedForInput(network, id, inputQuantizer(scheme, signed.has(id)), activations);
    return activationRounding(id, scheme, activations, signed.has(id), ranges.get(id), learned?.[0]);
  };
}

/**
 * How each layer rounds its input, by layer id; layers that read floats, or are left out, are not in it.
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
 * Rounds layers of one network, one at a time; a layer must not be left out.
 * @throws CalibrationError for a missing range, QuantSpecError (with the kernel) for what the quantizer does not have.
 */
export function layerRounder(network: Network): (node: LayerNode, rounding: Rounding) => RoundedLayer {
  const inputOf = inputRounder(network);
  const folded = foldableBatchNorms(network);
  const image = network.nodes[0].id;
  return (node, rounding) => {
    const { policy, scheme, ranges } = rounding;
    const bits = policy[node.id];
    const kernel = kernelOf(network, node);
    const layout = layoutOf(node, kernel);
    const norm = folded.get(node.id);
    const line = norm && batchNormLine(network, norm);
    const factor = line?.multiplier;
    const own = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
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
      bias: line ? line.shift.map((s, c) => s + (own?.[c] ?? 0) * line.multiplier[c]) : own,
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

/** Every layer that a rounding does not leave out, by its id, in execution order. Errors are `layerRounder`'s. */
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
