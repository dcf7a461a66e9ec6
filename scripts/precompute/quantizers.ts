// Every weight quantizer on a shipped network, at 4 bits or the nearest width it has, with float activations and no
// retraining: rows of public/precomputed/quantizers.json.
import { type BitWidth, FLOAT, uniformPolicy } from '../../src/graph/policy';
import { Inference } from '../../src/nn/inference';
import { COMPARED } from '../../src/quant/comparison';
import { evaluate, finish } from '../../src/train/evaluate';
import type { Shipped } from './shipped';

const IMAGES = 2000;
const BATCH = 64;

/** Correct predictions of a network on the first test images, in float and under each quantizer. */
export async function compareQuantizers({ networkId, datasetId, network, dataset }: Shipped) {
  const model = new Inference(network);
  const rows = [];
  const n = Math.min(IMAGES, dataset.test.length);
  for (const { scheme, bits } of [{ scheme: COMPARED[0].scheme, bits: FLOAT }, ...COMPARED]) {
    model.configure({ policy: uniformPolicy(network, bits as BitWidth, FLOAT), scheme, ranges: new Map() });
    const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: n, batchSize: BATCH }));
    rows.push({ network: networkId, dataset: datasetId, scheme, bits, correct, n });
    console.log(networkId, datasetId, scheme.quantizer, scheme.granularity, scheme.range ?? '', bits, correct / n);
  }
  model.dispose();
  return rows;
}
