// The commands that measure: accuracy of policies, and the sensitivity table.
import type { Dataset } from '../../src/data/dataset';
import { networkFingerprint } from '../../src/engine/fingerprint';
import { packedBytes } from '../../src/formats/packed';
import { policyCost } from '../../src/graph/cost';
import type { Network } from '../../src/graph/network';
import { FLOAT, uniformPolicy } from '../../src/graph/policy';
import { sizeInWords } from '../../src/graph/size';
import { type Proportion, wilson } from '../../src/math/statistics';
import { Inference } from '../../src/nn/inference';
import type { Rounding } from '../../src/rounding/rounding';
import { calibrate } from '../../src/train/calibrate';
import { evaluate, finish } from '../../src/train/evaluate';
import { measureSensitivity } from '../../src/train/sensitivity';
import { activationWords, flags, number } from './flags';
import { BATCH, calibrationImages, correctedFor, readCorrection, roundingOf } from './rounding';
import type { RunInputs } from './setting';

/** Accuracy on the first `images` of a split, float or under a policy's rounding. */
export async function accuracyOf(
  network: Network,
  dataset: Dataset,
  split: 'validation' | 'test',
  quantAware?: Rounding,
  images = dataset[split].length,
): Promise<Proportion> {
  const model = new Inference(network);
  try {
    const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const { policy, ranges } = quantAware ?? { policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
    model.configure({ policy, scheme: quantAware?.scheme ?? scheme, ranges });
    const options = { from: 0, to: images, batchSize: BATCH };
    const { correct } = await finish(evaluate(model, dataset, dataset[split], options));
    return wilson(correct, images);
  } finally {
    model.dispose();
  }
}

/** Accuracy of each policy on the first test images, with its costs. */
export async function runEvaluate(setting: RunInputs) {
  const { dataset, network, scheme, backend, policies, networkId, datasetId } = setting;
  const correction = readCorrection();
  const to = Math.min(number('images', dataset.test.length), dataset.test.length);
  const results = [];
  for (const { name, policy } of policies) {
    const rounding = await roundingOf(setting, policy);
    const corrected = await correctedFor(correction, setting, rounding);
    const model = new Inference(corrected);
    model.configure({ policy, scheme, ranges: rounding.ranges });
    const started = performance.now();
    const { correct, loss } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to, batchSize: BATCH }));
    const seconds = (performance.now() - started) / 1000;
    model.dispose();
    const { value: accuracy, lower, upper, n } = wilson(correct, to);
    const { weightBytes, bitOps } = policyCost(network, policy);
    const fileBytes = packedBytes(corrected, policy, scheme);
    const imagesPerSecond = to / seconds;
    results.push({
      network: networkId,
      dataset: datasetId,
      accuracy,
      lower,
      upper,
      n,
      loss,
      weightBytes,
      fileBytes,
      bitOps,
      imagesPerSecond,
      backend: backend.name,
      device: backend.device,
      policyName: name,
      policy,
      ...scheme,
      batchNorm: flags['batch-norm'] ?? 'keep',
      activationRange: flags['activation-range'] ?? 'minMax',
      correction,
      calibrationImages: calibrationImages(),
    });
    console.log(
      `${networkId} ${name}${flags['weights-only'] ? ' (weights only)' : activationWords(scheme, policy)}: ${(accuracy * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}, ${sizeInWords(fileBytes)}, ${Math.round(imagesPerSecond)} images/s on ${backend.name}`,
    );
  }
  return results.length === 1 ? results[0] : results;
}

/** What each layer costs at each width, while all others stay float. */
export async function runSensitivity({ dataset, network, scheme, networkId, datasetId, backend }: RunInputs) {
  const images = Math.min(number('images', 512), dataset.validation.length);
  const ranges = await calibrate(network, dataset, calibrationImages());
  const options = {
    images,
    batchSize: BATCH,
    weightBits: [1, 2, 3, 4, 5, 6, 7, 8] as const,
    activationBits: flags['weights-only'] ? [] : ([2, 3, 4, 5, 6, 7, 8] as const),
    turn: async () => {},
  };
  const entries = [];
  let float = { loss: Number.NaN, accuracy: Number.NaN };
  for await (const step of measureSensitivity(network, dataset, scheme, ranges, options)) {
    float = step.float;
    if (step.cell === undefined) continue;
    entries.push(step.cell);
    const { layer, tensor, bits, lossIncrease } = step.cell;
    console.log(
      `${entries.length}/${step.total} ${layer} ${tensor} ${bits} bits: loss ${lossIncrease >= 0 ? '+' : ''}${lossIncrease.toFixed(4)}`,
    );
  }
  return {
    network: networkId,
    dataset: datasetId,
    scheme,
    backend: backend.name,
    fingerprint: networkFingerprint(network, dataset),
    images,
    floatLoss: float.loss,
    floatAccuracy: float.accuracy,
    entries,
  };
}
