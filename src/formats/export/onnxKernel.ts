// Kernels in ONNX' order, and the interface of a format's rounding.
import type { ActivationShape, SignNode } from '../../graph/network';
import type { UniformGrid } from '../../quant/uniformGrid';
import type { CodedKernel } from '../../rounding/codedKernel';
import type { IntegerLayer } from '../../rounding/integerLayer';
import type { RoundedLayer } from '../../rounding/layers';
import type { OnnxGraph } from './onnxGraph';

/** A kernel's numbers in ONNX' order, and their shape: [out, in, h, w], or [out, in] for dense layers. */
export interface OnnxKernel extends RoundedLayer {
  readonly dims: readonly number[];
  /** Reorders numbers [h, w, inputs, channels]; `inputs` may be the blocks of the inputs. */
  reorder<T extends Float32Array | Int16Array | Uint8Array>(values: T, inputs?: number): T;
}

/** How a format rounds. All methods return the name of a tensor. */
export interface Numerics {
  weights(graph: OnnxGraph, kernel: OnnxKernel): string;
  /** Called for layers whose input is rounded. */
  activations(graph: OnnxGraph, x: string, layer: string, grid: UniformGrid): string;
  /** Binary activations, where the format has an operation for them. */
  readonly sign?: (graph: OnnxGraph, x: string, node: SignNode) => string;
}

/**
 * Kernel of a layer for ONNX; `image` [h, w, c] if a dense layer reads a flattened image, whose rows are then in the
 * order c, h, w.
 */
export function onnxKernel(layer: RoundedLayer, image: ActivationShape | undefined): OnnxKernel {
  const { node, layout } = layer;
  const [kh, kw] = node.op === 'dense' ? [1, 1] : node.size;
  const { channels } = layout;
  const row = (i: number): number => {
    if (image?.length !== 3) return i;
    const [h, w, c] = image;
    return (i % (h * w)) * c + Math.floor(i / (h * w));
  };
  return {
    ...layer,
    dims: node.op === 'dense' ? [channels, layout.inputs] : [channels, layout.inputs, kh, kw],
    reorder(values, inputs = layout.inputs) {
      const result = values.slice() as typeof values;
      let to = 0;
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < inputs; i++)
          for (let tap = 0; tap < kh * kw; tap++) result[to++] = values[(tap * inputs + row(i)) * channels + c];
      return result;
    },
  };
}

/** The kernel of a layer that adds integers: the same codes with a scale of 1. */
export function ofIntegers(layer: RoundedLayer, { codes }: IntegerLayer): RoundedLayer {
  const { terms, groups, block } = layer.coded as CodedKernel;
  const [term] = terms;
  const one = { ...term, scales: term.zeroPoints ? term.scales.map(() => 1) : Float32Array.of(1) };
  return { ...layer, values: codes, coded: { terms: [one], groups: term.zeroPoints ? groups : 'tensor', block } };
}
