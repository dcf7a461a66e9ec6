// The sensitivity table: the cost of each width of each layer while all other layers stay float. Under a scheme that chooses
// codes on images, they are chosen first, each layer by itself, and kept for the policies that are measured later.

import type { Network } from '../graph/network';
import { type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { calibrationOf, choosesCodes, quantizerOf } from '../quant/registry';
import type { ActivationRanges } from '../rounding/rounding';
import type { KeptCodes } from '../train/keptCodes';
import { measureSensitivity, type SensitivityCell } from '../train/sensitivity';
import type { LoadedModel } from './loadedModel';
import type { SensitivityParams, SensitivityProgress, SensitivityTable } from './measurement';
import type { Turn } from './turn';

/** Widths of the table. */
const WEIGHT_BITS: readonly BitWidth[] = [1, 2, 3, 4, 5, 6, 7, 8];
const ACTIVATION_BITS: readonly BitWidth[] = [2, 3, 4, 5, 6, 7, 8];

/** The widths of weights that the quantizer has. */
function widthsOf({ quantizer }: QuantScheme): BitWidth[] {
  const [min, max] = quantizerOf(quantizer).bits;
  return WEIGHT_BITS.filter((bits) => bits >= min && bits <= max);
}

/** Reports the codes chosen as a part of the table without cells. */
async function* choosing(filling: ReturnType<KeptCodes['fill']>): AsyncGenerator<SensitivityProgress, Network, void> {
  for (;;) {
    const { value, done } = await filling.next();
    if (done) return value;
    yield { ...value, of: 'codes', entries: [] };
  }
}

/** Measures the table cell by cell. */
export async function* sensitivityTable(
  model: LoadedModel,
  { scheme, images, activations }: SensitivityParams,
  turn: Turn,
): AsyncGenerator<SensitivityProgress, SensitivityTable, void> {
  const { calibrated, dataset } = model;
  const network = choosesCodes(scheme)
    ? yield* choosing(calibrated.keptCodes(scheme).fill(widthsOf(scheme), turn))
    : calibrated.base(scheme);
  const rangesAt = (bits: BitWidth) => calibrated.rangesFor(uniformPolicy(network, FLOAT, bits), scheme);
  const widths = activations && calibrationOf(scheme).range === 'mse' ? ACTIVATION_BITS : [8 as const];
  const known = new Map<BitWidth, ActivationRanges>();
  for (const bits of widths) known.set(bits, await rangesAt(bits));
  const ranges = (bits: BitWidth) => (known.get(bits) ?? known.get(8)) as ActivationRanges;
  const options = {
    images,
    batchSize: model.batchSize,
    weightBits: widthsOf(scheme),
    activationBits: activations ? ACTIVATION_BITS : [],
    turn,
    evaluate: model.evaluate,
  };
  const entries: SensitivityCell[] = [];
  let float = { loss: Number.NaN, accuracy: Number.NaN };
  for await (const step of measureSensitivity(network, dataset, scheme, ranges, options)) {
    float = step.float;
    if (step.cell !== undefined) entries.push(step.cell);
    const cells = step.cell === undefined ? [] : [step.cell];
    yield { done: entries.length, total: step.total, of: 'cells', entries: cells };
  }
  return {
    network: model.id,
    dataset: model.datasetId,
    scheme,
    fingerprint: model.fingerprint,
    images: Math.min(images, dataset.validation.length),
    floatLoss: float.loss,
    floatAccuracy: float.accuracy,
    entries,
  };
}
