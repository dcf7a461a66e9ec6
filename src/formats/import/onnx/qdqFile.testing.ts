// Writes a network in the QDQ format of ONNX Runtime's quantize_static: int8 weights per channel (one scale for dense
// layers), int32 biases, uint8 activations, ReLUs folded into the codes of their input.
import * as tf from '@tensorflow/tfjs-core';
import { foldBatchNorms } from '../../../graph/folding';
import { type Network, type NetworkNode, type Parameter, parameterName } from '../../../graph/network';
import { roundHalfToEven } from '../../../math/rounding';
import { Inference } from '../../../nn/inference';
import { floatRounding } from '../../../rounding/rounding';
import { type NodeSpec, onnxFile, type TensorSpec } from './onnxFile.testing';

const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const INT64 = 7;

/** Smallest and largest output of each step of the float network over images [n, h, w, 3]. */
function extremes(network: Network, images: Float32Array, size: number): readonly (readonly [number, number])[] {
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const found: [number, number][] = [];
  const memo = {
    get: () => undefined,
    wants: () => true,
    offer: (step: number, _: number, result: tf.Tensor) => {
      found[step] = tf.tidy(() => [tf.min(result).dataSync()[0], tf.max(result).dataSync()[0]]);
      return false;
    },
  };
  model.run(() => tf.tensor4d(images, [images.length / (3 * size * size), size, size, 3]), memo).logits.dispose();
  model.dispose();
  return found;
}

/**
 * The QDQ file of a network of convolutions, sums, shortcuts (subsample, pad), one global average and a dense layer, its
 * activations calibrated on images [n, size, size, 3].
 */
export function qdqFile(whole: Network, images: Float32Array, size: number): Uint8Array {
  const network = foldBatchNorms(whole);
  const model = new Inference(network);
  const { steps } = model;
  const ranges = extremes(network, images, size);
  const nodes: NodeSpec[] = [];
  const tensors: Record<string, TensorSpec> = {};
  const add = (op: string, inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}) => {
    nodes.push({ op, inputs, outputs: [output], name: `/${output}`, attributes });
    return output;
  };
  const constant = (name: string, values: ArrayLike<number>, dims: readonly number[], type = 1) => {
    tensors[name] = { values, dims, type };
    return name;
  };
  const parameter = (node: NetworkNode, part: string) => network.parameters.get(parameterName(node.id, part));
  /** Rounds an activation; the range after a ReLU begins at 0, which makes the ReLU node redundant. */
  const quantized = (name: string, [low, high]: readonly [number, number]) => {
    const [min, max] = [Math.min(0, low), Math.max(0, high)];
    const scale = Math.fround((max - min) / 255);
    const inputs = [
      constant(`${name}_scale`, [scale], []),
      constant(`${name}_zero`, [roundHalfToEven(-min / scale)], [], UINT8),
    ];
    add('QuantizeLinear', [name, ...inputs], `${name}_q`);
    return { name: add('DequantizeLinear', [`${name}_q`, ...inputs], `${name}_dq`), scale };
  };
  /** Codes of a kernel [..., out] in rows of one output each, with one scale per row or one for all. */
  const kernel = (name: string, rows: readonly (readonly number[])[], dims: readonly number[], one: boolean) => {
    const largest = rows.map((row) => Math.max(...row.map(Math.abs)));
    const most = Math.max(...largest);
    const scales = largest.map((own) => Math.fround((one ? most : own) / 127));
    const codes = rows.flatMap((row, o) =>
      row.map((w) => Math.max(-127, Math.min(127, roundHalfToEven(w / scales[o])))),
    );
    const shape = one ? [] : [rows.length];
    const inputs = [
      constant(`${name}_q`, codes, dims, INT8),
      constant(`${name}_scale`, one ? [scales[0]] : scales, shape),
      constant(`${name}_zero`, new Array(one ? 1 : rows.length).fill(0), shape, INT8),
    ];
    return { name: add('DequantizeLinear', inputs, name, one ? {} : { axis: 0 }), scales };
  };
  const done: { readonly name: string; readonly scale: number }[] = [];
  for (const [i, { node, inputs }] of steps.entries()) {
    const [x] = inputs.map((input) => done[input]);
    const name = node.op === 'input' ? 'image' : node.id;
    if (node.op === 'conv2d' || node.op === 'dense') {
      const { shape, values } = parameter(node, 'kernel') as Parameter;
      const outputs = shape.at(-1) as number;
      const isConv = node.op === 'conv2d';
      const [kh, kw, channels] = isConv ? shape : [1, 1, shape[0]];
      const rows = Array.from({ length: outputs }, (_, o) =>
        Array.from({ length: values.length / outputs }, (_, k) => {
          const place = isConv ? (k % (kh * kw)) * channels + Math.floor(k / (kh * kw)) : k;
          return values[place * outputs + o];
        }),
      );
      const w = kernel(`${name}.weight`, rows, isConv ? [outputs, channels, kh, kw] : [outputs, channels], !isConv);
      const bias = parameter(node, 'bias')?.values ?? new Float32Array(outputs);
      if (!isConv) {
        add('Gemm', [x.name, w.name, constant(`${name}.bias`, bias, [outputs])], 'logits', { transB: 1 });
        continue;
      }
      const scales = w.scales.map((scale) => Math.fround(scale * x.scale));
      const b = add(
        'DequantizeLinear',
        [
          constant(
            `${name}.bias_q`,
            bias.map((v, o) => roundHalfToEven(v / scales[o])),
            [outputs],
            INT32,
          ),
          constant(`${name}.bias_scale`, scales, [outputs]),
          constant(`${name}.bias_zero`, new Array(outputs).fill(0), [outputs], INT32),
        ],
        `${name}.bias`,
        { axis: 0 },
      );
      const [top, bottom, left, right] = node.padding;
      add('Conv', [x.name, w.name, b], name, {
        kernel_shape: [kh, kw],
        strides: node.strides,
        pads: [top, left, bottom, right],
      });
      done[i] = quantized(name, ranges[i]);
    } else if (node.op === 'subsample') {
      const whole = constant(`${name}_ends`, [2 ** 31, 2 ** 31], [2], INT64);
      const [starts, axes] = [
        constant(`${name}_starts`, [0, 0], [2], INT64),
        constant(`${name}_axes`, [2, 3], [2], INT64),
      ];
      add('Slice', [x.name, starts, whole, axes, constant(`${name}_steps`, node.strides, [2], INT64)], name);
      done[i] = { ...x, name };
    } else if (node.op === 'pad') {
      const [before, after] = node.channels;
      const pads = constant(`${name}_pads`, [0, before, 0, 0, 0, after, 0, 0], [8], INT64);
      add('Pad', [x.name, pads], name);
      done[i] = { ...x, name };
    } else if (node.op === 'flatten') done[i] = { ...x, name: add('Flatten', [x.name], name) };
    else {
      const operations: Partial<Record<NetworkNode['op'], string>> = { add: 'Add', globalAvgPool: 'GlobalAveragePool' };
      if (node.op !== 'input')
        add(
          operations[node.op] as string,
          inputs.map((input) => done[input].name),
          name,
        );
      done[i] = quantized(name, ranges[i]);
      if (node.op === 'globalAvgPool') done[i] = { ...done[i], name: add('Flatten', [done[i].name], `${name}_flat`) };
    }
  }
  model.dispose();
  return onnxFile({ nodes, tensors, image: ['N', 3, size, size], opset: 13 });
}
