// Inspects the weights of one layer. Plain numbers, no tensors, so no turn on the backend is needed.
import { type LayerNode, layersOf, type Network, parameterName } from '../graph/network';
import { type BitWidth, FLOAT } from '../graph/policy';
import { kernelLayout } from '../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../quant/registry';
import { floatWeightReport, type WeightReport, weightReport } from '../quant/weightReport';
import { schemeOfLayer } from '../rounding/layerScheme';
import { learnedForKernel } from '../rounding/learnedKernel';

/** The effect of rounding on the weights of one layer. `bits` 32 is float. */
export interface WeightInspection {
  readonly layer: string;
  readonly bits: BitWidth;
  readonly scheme: QuantScheme;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly report: WeightReport;
}

/** The layer, width and scheme to inspect. */
export type WeightsToInspect = Pick<WeightInspection, 'layer' | 'bits' | 'scheme'>;

/** Thrown for a layer that the network in use does not have. */
export class UnknownLayerError extends Error {
  override readonly name = 'UnknownLayerError';
}

/**
 * The effect of rounding a layer's weights to `bits` under `scheme`, with the numbers of inference.
 * @throws UnknownLayerError, or QuantSpecError for bits that the quantizer does not support.
 */
export function inspectWeights(
  network: Network,
  fingerprint: string,
  { layer, bits, scheme }: WeightsToInspect,
): WeightInspection {
  const kernel = network.parameters.get(parameterName(layer, 'kernel'));
  if (kernel === undefined)
    throw new UnknownLayerError(
      `${network.name} has no layer "${layer}"; choose one of its convolutions or dense layers.`,
    );
  const node = layersOf(network).find(({ id }) => id === layer) as LayerNode;
  const layout = kernelLayout(kernel.shape, node.op === 'depthwiseConv2d');
  const report =
    bits === FLOAT
      ? floatWeightReport(kernel.values)
      : weightReport(
          kernel.values,
          layout,
          quantizerOf(scheme.quantizer),
          scheme.granularity,
          specOf(schemeOfLayer(scheme, network, node), bits),
          learnedForKernel(network, layer, scheme, bits),
        );
  return { layer, bits, scheme, fingerprint, report };
}
