// Measures what each layer costs at each bit width while all others stay float: the table behind the estimate. Layers
// are measured from last to first, so that the prefix cache always holds the float results before the layer.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { layersOf } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import { type QuantScheme, quantizers } from '../quant/registry';
import type { ActivationRanges } from '../rounding/rounding';
import { type Evaluate, evaluate as evaluateHere } from './evaluate';
import { PrefixCache } from './prefixCache';

/** One cell of the table. */
export interface SensitivityCell {
  readonly layer: string;
  readonly tensor: 'weights' | 'activations';
  readonly bits: BitWidth;
  /** Mean cross-entropy minus the float network's, in nats, and accuracy minus the float network's. */
  readonly lossIncrease: number;
  readonly accuracyChange: number;
}

export interface SensitivityOptions {
  /** Images of the validation split. */
  readonly images: number;
  readonly batchSize: number;
  /** Widths of the weights, and of the activations if they are to be measured. */
  readonly weightBits: readonly BitWidth[];
  readonly activationBits: readonly BitWidth[];
  /** Awaited before every batch. */
  turn(): Promise<void>;
  /** How policies are evaluated, e.g. by a pool; by default here. */
  readonly evaluate?: Evaluate;
}

/** The float network's own loss and accuracy on the same images. */
export interface FloatLevel {
  readonly loss: number;
  readonly accuracy: number;
}

/** The ranges for activations of a width, if they depend on it; float for cells of weights. */
export type RangesByWidth = (activationBits: BitWidth) => ActivationRanges;

/** Yields the cells one by one; the first value of each pair is their total number. */
export async function* measureSensitivity(
  network: Network,
  dataset: Dataset,
  scheme: QuantScheme,
  ranges: ActivationRanges | RangesByWidth,
  options: SensitivityOptions,
): AsyncGenerator<{ readonly total: number; readonly float: FloatLevel; readonly cell?: SensitivityCell }, void, void> {
  const float = uniformPolicy(network, FLOAT, FLOAT);
  const [min, max] = quantizers[scheme.quantizer].bits;
  const weightBits = options.weightBits.filter((bits) => bits >= min && bits <= max);
  const layers = layersOf(network).reverse();
  const image = network.nodes[0].id;
  const columns = layers.flatMap((layer) => [
    ...weightBits.map((bits) => ({ layer: layer.id, tensor: 'weights' as const, bits })),
    ...(layer.inputs[0] === image
      ? []
      : options.activationBits.map((bits) => ({ layer: layer.id, tensor: 'activations' as const, bits }))),
  ]);
  const model = new Inference(network);
  const cache = new PrefixCache();
  const measure = async (policy: BitPolicy, bits: BitWidth = FLOAT): Promise<FloatLevel> => {
    model.configure({ policy, scheme, ranges: typeof ranges === 'function' ? ranges(bits) : ranges });
    const to = Math.min(options.images, dataset.validation.length);
    const { evaluate = evaluateHere } = options;
    await options.turn();
    let level: FloatLevel = { loss: Number.NaN, accuracy: Number.NaN };
    for await (const { loss, correct, images } of evaluate(model, dataset, dataset.validation, {
      from: 0,
      to,
      batchSize: options.batchSize,
      cache,
    })) {
      level = { loss, accuracy: correct / images };
      await options.turn();
    }
    return level;
  };
  try {
    const reference = await measure(float);
    yield { total: columns.length, float: reference };
    for (const column of columns) {
      const { layer, tensor, bits } = column;
      const { loss, accuracy } = await measure(
        { ...float, [layer]: { ...float[layer], [tensor]: bits } },
        tensor === 'activations' ? bits : FLOAT,
      );
      const cell = { ...column, lossIncrease: loss - reference.loss, accuracyChange: accuracy - reference.accuracy };
      yield { total: columns.length, float: reference, cell };
    }
  } finally {
    cache.dispose();
    model.dispose();
  }
}
