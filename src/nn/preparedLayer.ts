// A layer on the device: its kernel as floats, or packed as codes for our functions for integers, and how it runs.
import * as tf from '@tensorflow/tfjs-core';
import { isSimple, type LayerNode } from '../graph/network';
import { FLOAT, type LayerBits } from '../graph/policy';
import { type QuantScheme, schemeName } from '../quant/registry';
import type { RoundedLayer } from '../rounding/layers';
import { disposeRounding, roundTensor, type TensorRounding, tensorRounding } from './activations';
import { codeGrid } from './fakeQuant';
import type { DeviceTable, FusedNetwork } from './fusedSteps';
import { type CodedKernel, codeFunctions } from './kernels/codesWasm';
import { packCodes } from './kernels/packCodes';
import { runIntegerLayer, runLayer } from './layerStep';
import type { Step } from './plan';

/** Tensors of a layer that reads floats. */
interface FloatForm {
  /** Codes if `multiplier` is present. */
  readonly kernel: tf.Tensor;
  readonly bias: tf.Tensor1D | undefined;
  /** Rounds to codes if `multiplier` is present. */
  readonly input: TensorRounding | undefined;
  /** Factor of the sums of codes. */
  readonly multiplier?: tf.Tensor1D;
}

/** A layer under a rounding. Dispose it when done. */
export class PreparedLayer {
  readonly bits: LayerBits;
  /** Identifies this layer's numbers in the signatures. */
  readonly key: string;
  /** The kernel as codes, if our functions can run the layer. */
  private readonly coded: CodedKernel | undefined;
  private made: FloatForm | undefined;
  /** The layer's numbers for kernels that run whole networks. */
  readonly table: DeviceTable | undefined;

  /** `round` rounds the layer again, if it turns out that its input has no codes. */
  constructor(
    private readonly node: LayerNode,
    scheme: QuantScheme,
    private readonly round: () => RoundedLayer,
    fused?: FusedNetwork,
  ) {
    const layer = round();
    const { bits, integers, input } = layer;
    const weights = bits.weights === FLOAT ? 'float' : `${schemeName(scheme)}/${bits.weights}`;
    const read = integers?.input ?? input;
    this.bits = bits;
    this.key = `${weights}|${read ? JSON.stringify(read) : ''}`;
    this.coded = packed(layer);
    this.table = fused?.layerTable(layer);
    if (this.coded === undefined && this.table === undefined) this.made = upload(layer);
  }

  /** The kernel as codes if our functions can run the layer now. */
  get codes(): CodedKernel | undefined {
    return this.coded && codeFunctions()?.[this.coded.work] && this.coded;
  }

  /** The layer's output for floats. Call inside `tf.tidy`; the caller owns both. */
  run(x: tf.Tensor, activation: Step['activation']): tf.Tensor {
    this.made ??= upload(this.round());
    const { kernel, bias, input, multiplier } = this.made;
    const rounded = input === undefined ? x : roundTensor(x, input);
    return multiplier === undefined || bias === undefined
      ? runLayer(this.node, rounded, kernel, bias, activation)
      : runIntegerLayer(this.node, rounded, kernel, multiplier, bias, activation);
  }

  dispose(): void {
    this.coded?.packed.dispose();
    this.table?.dispose();
    if (this.made === undefined) return;
    const { kernel, bias, multiplier, input } = this.made;
    kernel.dispose();
    bias?.dispose();
    multiplier?.dispose();
    if (input !== undefined) disposeRounding(input);
  }
}

function packed({ node, shape, bias, integers }: RoundedLayer): CodedKernel | undefined {
  const functions = codeFunctions();
  if (integers === undefined || functions === undefined || !isSimple(node)) return undefined;
  const bytes = { convolve: functions.convolveBytes !== undefined, addsFour: functions.addsFour };
  const found = packCodes(integers, bias, shape, node.op === 'depthwiseConv2d', bytes);
  if (found === undefined) return undefined;
  const { work, block, numbers } = found;
  return { work, block, shape, input: integers.input, packed: tf.keep(tf.tensor1d(numbers, 'int32')) };
}

/** Uploads a layer; if codes can be added, its kernel consists of codes. A pass that needs it must not dispose it. */
function upload(layer: RoundedLayer): FloatForm {
  const { shape, layout, bias, integers } = layer;
  const input = integers === undefined ? layer.input && tensorRounding(layer.input) : codeGrid(integers.input);
  if (input !== undefined && !('block' in input))
    for (const part of ['scale', 'inverse', 'offset'] as const) tf.keep(input[part]);
  if (integers === undefined)
    return {
      kernel: tf.keep(tf.tensor(layer.values, [...shape])),
      bias: bias && tf.keep(tf.tensor1d(bias)),
      input,
    };
  return {
    kernel: tf.keep(tf.tensor(integers.codes, [...shape])),
    bias: tf.keep(tf.tensor1d(bias ?? new Float32Array(layout.channels))),
    input,
    multiplier: tf.keep(tf.tensor1d(integers.multiplier)),
  };
}
