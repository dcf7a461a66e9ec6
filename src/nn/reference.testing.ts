// A network's forward pass in plain double-precision loops: no tensors, no folding, no fusing, directly from the
// definitions in graph/network.ts. Slow and simple, to test the fast one against.
import { learnedForInput } from '../graph/learned';
import type { Conv2dNode, Network, NetworkNode } from '../graph/network';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { inferShapes } from '../graph/shapes';
import { signedInputs } from '../graph/signs';
import { quantizeKernel } from '../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../quant/registry';
import { activationRounding, inputQuantizer, roundActivations } from '../rounding/activationRounding';
import type { ActivationRanges } from '../rounding/rounding';

type Image = { readonly shape: readonly number[]; readonly values: Float64Array };
type WindowNode = Extract<NetworkNode, { op: 'conv2d' | 'depthwiseConv2d' | 'maxPool' | 'avgPool' }>;

const product = (shape: readonly number[]) => shape.reduce((p, d) => p * d, 1);

/** Calls `visit` for every position of every window that is on the image. */
function forEachPlace(
  { size, strides, padding: [top, , left], dilations: [dy, dx] = [1, 1] }: WindowNode & Pick<Conv2dNode, 'dilations'>,
  [h, w]: readonly number[],
  [outH, outW]: readonly number[],
  visit: (output: number, input: number, tap: number) => void,
): void {
  for (let oy = 0; oy < outH; oy++)
    for (let ox = 0; ox < outW; ox++)
      for (let ky = 0; ky < size[0]; ky++)
        for (let kx = 0; kx < size[1]; kx++) {
          const y = oy * strides[0] + ky * dy - top;
          const x = ox * strides[1] + kx * dx - left;
          if (y >= 0 && y < h && x >= 0 && x < w) visit(oy * outW + ox, y * w + x, ky * size[1] + kx);
        }
}

/** The error function, by its series up to 4, to 1e-8. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** An activation of one number, but `prelu`. */
export function activationReference(node: NetworkNode): (x: number) => number {
  const clip = (x: number) => Math.min(1, Math.max(0, x));
  switch (node.op) {
    case 'relu':
      return (x) => Math.max(0, x);
    case 'relu6':
      return (x) => Math.min(6, Math.max(0, x));
    case 'leakyRelu':
      return (x) => (x < 0 ? node.alpha * x : x);
    case 'elu':
      return (x) => (x < 0 ? node.alpha * (Math.exp(x) - 1) : x);
    case 'sigmoid':
      return (x) => 1 / (1 + Math.exp(-x));
    case 'hardSigmoid':
      return (x) => clip(node.alpha * x + node.beta);
    case 'tanh':
      return Math.tanh;
    case 'sign':
      return (x) => (x >= 0 ? node.scale : -node.scale);
    case 'silu':
      return (x) => x / (1 + Math.exp(-x));
    case 'hardSwish':
      return (x) => x * clip(x / 6 + 0.5);
    case 'gelu':
      return (x) => (x / 2) * (1 + erf(x / Math.SQRT2));
    case 'geluTanh':
      return (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    default:
      throw new Error(`"${node.id}" (${node.op}) is no activation.`);
  }
}

/** The output of every node of the network for one image [h, w, c], by id. */
export function referenceResults(
  network: Network,
  image: Float32Array,
  policy: BitPolicy,
  scheme: QuantScheme,
  ranges: ActivationRanges,
): ReadonlyMap<string, Image> {
  const shapes = inferShapes(network);
  const signed = signedInputs(network);
  const results = new Map<string, Image>();
  const parameter = (id: string, part: string) => network.parameters.get(`${id}.${part}`)?.values as Float32Array;
  const weights = (id: string, channels: number, inputs: number) => {
    const bits = policy[id].weights;
    const kernel = parameter(id, 'kernel');
    if (bits === FLOAT) return kernel;
    return quantizeKernel(
      kernel,
      { channels, inputs },
      quantizerOf(scheme.quantizer),
      scheme.granularity,
      specOf(scheme, bits),
    ).values;
  };
  const seenBy = (id: string, { shape, values }: Image): Image => {
    const bits = policy[id].activations;
    if (bits === FLOAT) return { shape, values };
    const reads = signed.has(id);
    const learned = learnedForInput(network, id, inputQuantizer(scheme, reads), bits);
    const rounding = activationRounding(id, scheme, bits, reads, ranges.get(id), learned && [...learned]);
    const rounded = roundActivations(Float32Array.from(values), shape[shape.length - 1], rounding);
    return { shape, values: Float64Array.from(rounded) };
  };

  function run(node: NetworkNode, inputs: readonly Image[], shape: readonly number[]): Float64Array {
    const [x] = inputs;
    const channels = shape[shape.length - 1];
    const y = new Float64Array(product(shape));
    switch (node.op) {
      case 'input':
        return Float64Array.from(image);
      case 'conv2d': {
        const seen = seenBy(node.id, x);
        const cin = x.shape[2] / (node.groups ?? 1);
        const kernel = weights(node.id, channels, cin);
        const first = (o: number) => Math.floor((o * (node.groups ?? 1)) / channels) * cin;
        forEachPlace(node, x.shape, shape, (output, input, tap) => {
          for (let i = 0; i < cin; i++)
            for (let o = 0; o < channels; o++)
              y[output * channels + o] +=
                seen.values[input * x.shape[2] + first(o) + i] * kernel[(tap * cin + i) * channels + o];
        });
        return node.bias ? y.map((v, i) => v + parameter(node.id, 'bias')[i % channels]) : y;
      }
      case 'depthwiseConv2d': {
        const seen = seenBy(node.id, x);
        const kernel = weights(node.id, channels, 1);
        forEachPlace(node, x.shape, shape, (output, input, tap) => {
          for (let c = 0; c < channels; c++)
            y[output * channels + c] += seen.values[input * channels + c] * kernel[tap * channels + c];
        });
        return node.bias ? y.map((v, i) => v + parameter(node.id, 'bias')[i % channels]) : y;
      }
      case 'dense': {
        const seen = seenBy(node.id, x);
        const kernel = weights(node.id, channels, seen.values.length);
        seen.values.forEach((v, i) => {
          for (let o = 0; o < channels; o++) y[o] += v * kernel[i * channels + o];
        });
        return node.bias ? y.map((v, i) => v + parameter(node.id, 'bias')[i]) : y;
      }
      case 'batchNorm': {
        const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((p) => parameter(node.id, p));
        return x.values.map((v, i) => {
          const c = i % channels;
          return (gamma[c] * (v - mean[c])) / Math.sqrt(variance[c] + node.epsilon) + beta[c];
        });
      }
      case 'maxPool':
        y.fill(Number.NEGATIVE_INFINITY);
        forEachPlace(node, x.shape, shape, (output, input) => {
          for (let c = 0; c < channels; c++)
            y[output * channels + c] = Math.max(y[output * channels + c], x.values[input * channels + c]);
        });
        return y;
      case 'avgPool': {
        const counts = new Float64Array(shape[0] * shape[1]);
        forEachPlace(node, x.shape, shape, (output, input) => {
          counts[output]++;
          for (let c = 0; c < channels; c++) y[output * channels + c] += x.values[input * channels + c];
        });
        const all = node.size[0] * node.size[1];
        return y.map((v, i) => v / (node.countPadding === true ? all : counts[Math.floor(i / channels)]));
      }
      case 'pad': {
        const [h, w, c] = x.shape;
        for (let i = 0; i < h; i++)
          for (let j = 0; j < w; j++)
            for (let k = 0; k < c; k++)
              y[((i + node.padding[0]) * shape[1] + j + node.padding[2]) * channels + k + node.channels[0]] =
                x.values[(i * w + j) * c + k];
        return y;
      }
      case 'subsample':
        return y.map((_, i) => {
          const place = Math.floor(i / channels);
          const row = Math.floor(place / shape[1]) * node.strides[0];
          return x.values[(row * x.shape[1] + (place % shape[1]) * node.strides[1]) * channels + (i % channels)];
        });
      case 'prelu':
        return x.values.map((v, i) => (v < 0 ? v * parameter(node.id, 'alpha')[i % channels] : v));
      case 'add':
        return y.map((_, i) => inputs.reduce((sum, input) => sum + input.values[i], 0));
      case 'concat': {
        let before = 0;
        for (const input of inputs) {
          const c = input.shape[2];
          input.values.forEach((v, i) => {
            y[Math.floor(i / c) * channels + before + (i % c)] = v;
          });
          before += c;
        }
        return y;
      }
      case 'mul': {
        const at = (input: Image, i: number) => input.values[input.values.length === y.length ? i : i % channels];
        return y.map((_, i) => inputs.reduce((all, input) => all * at(input, i), 1));
      }
      case 'channelSlice':
        return y.map((_, i) => x.values[Math.floor(i / channels) * x.shape[2] + node.from + (i % channels)]);
      case 'channelShuffle':
        return y.map((_, i) => {
          const [c, each] = [i % channels, channels / node.groups];
          return x.values[i - c + (c % node.groups) * each + Math.floor(c / node.groups)];
        });
      case 'upsample':
        return y.map((_, i) => {
          const place = Math.floor(i / channels);
          const [row, column] = [Math.floor(place / shape[1]), place % shape[1]];
          const from = Math.floor(row / node.scale[0]) * x.shape[1] + Math.floor(column / node.scale[1]);
          return x.values[from * channels + (i % channels)];
        });
      case 'globalAvgPool': {
        const places = x.shape[0] * x.shape[1];
        x.values.forEach((v, i) => {
          y[i % channels] += v / places;
        });
        return y;
      }
      case 'flatten':
        return x.values;
      case 'softmax': {
        const top = Math.max(...x.values);
        const sum = x.values.reduce((s, v) => s + Math.exp(v - top), 0);
        return x.values.map((v) => Math.exp(v - top) / sum);
      }
      default:
        return x.values.map(activationReference(node));
    }
  }

  for (const node of network.nodes) {
    const shape = shapes.get(node.id) as readonly number[];
    const inputs = node.inputs.map((id) => results.get(id) as Image);
    results.set(node.id, { shape, values: Float64Array.from(run(node, inputs, shape)) });
  }
  return results;
}

/** The output of the network for one image [h, w, c]. */
export function referenceLogits(...given: Parameters<typeof referenceResults>): Float64Array {
  const [network] = given;
  return (referenceResults(...given).get(network.nodes[network.nodes.length - 1].id) as Image).values;
}
