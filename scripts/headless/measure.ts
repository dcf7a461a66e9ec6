// The commands that measure: accuracy of policies, and the sensitivity table.
import type { Dataset } from '../../src/data/dataset';
import { packedBytes } from '../../src/formats/packed';
import { policyCost } from '../../src/graph/cost';
import type { Network } from '../../src/graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../../src/graph/policy';
import { type Proportion, wilson } from '../../src/math/statistics';
import { Inference } from '../../src/nn/inference';
import type { QuantAware } from '../../src/nn/trainable';
import { calibrate } from '../../src/train/calibrate';
import { evaluate, finish } from '../../src/train/evaluate';
import { measureSensitivity } from '../../src/train/sensitivity';
import { flags, number, UsageError } from './flags';
import type { Setting } from './setting';

/** Images a batch. */
export const BATCH = 64;
/** Training images that activation ranges are taken from. */
export const CALIBRATION_IMAGES = 256;

function roundsActivations(policy: BitPolicy): boolean {
  return Object.values(policy).some(({ activations }) => activations !== FLOAT);
}

/** The rounding of the first policy, with ranges where it rounds activations. */
export async function quantAwareOf({ network, dataset, scheme, policies }: Setting): Promise<QuantAware> {
  const { policy } = policies[0];
  if (Object.values(policy).every(({ weights, activations }) => weights === FLOAT && activations === FLOAT))
    throw new UsageError('Nothing is rounded under this policy; say --policy uniform:3, for example.');
  const ranges = roundsActivations(policy) ? await calibrate(network, dataset, CALIBRATION_IMAGES) : new Map();
  return { policy, scheme, ranges };
}

/** Accuracy on a whole split, float or under a policy's rounding. */
export async function accuracyOf(
  network: Network,
  dataset: Dataset,
  split: 'validation' | 'test',
  quantAware?: QuantAware,
): Promise<Proportion> {
  const model = new Inference(network);
  try {
    const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const { policy, ranges } = quantAware ?? { policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
    model.configure(policy, quantAware?.scheme ?? scheme, ranges);
    const to = dataset[split].length;
    const { correct } = await finish(evaluate(model, dataset, dataset[split], { from: 0, to, batchSize: BATCH }));
    return wilson(correct, to);
  } finally {
    model.dispose();
  }
}

/** Accuracy of each policy on the first test images, with its costs. */
export async function runEvaluate({ dataset, network, scheme, backend, policies, networkId, datasetId }: Setting) {
  const to = Math.min(number('images', dataset.test.length), dataset.test.length);
  const quantizes = policies.some(({ policy }) => roundsActivations(policy));
  const ranges = quantizes ? await calibrate(network, dataset, CALIBRATION_IMAGES) : new Map();
  const model = new Inference(network);
  const results = [];
  for (const { name, policy } of policies) {
    model.configure(policy, scheme, ranges);
    const started = performance.now();
    const { correct, loss } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to, batchSize: BATCH }));
    const seconds = (performance.now() - started) / 1000;
    const { value: accuracy, lower, upper, n } = wilson(correct, to);
    const { weightBytes, bitOps } = policyCost(network, policy);
    const fileBytes = packedBytes(network, policy, scheme);
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
    });
    console.log(
      `${networkId} ${name}${flags['weights-only'] ? ' (weights only)' : ''}: ${(accuracy * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}, ${(fileBytes / 1000).toFixed(1)} KB, ${Math.round(imagesPerSecond)} images/s on ${backend.name}`,
    );
  }
  model.dispose();
  return results.length === 1 ? results[0] : results;
}

/** What each layer costs at each width, while all others stay float. */
export async function runSensitivity({ dataset, network, scheme, networkId, datasetId, backend }: Setting) {
  const images = Math.min(number('images', 512), dataset.validation.length);
  const ranges = await calibrate(network, dataset, CALIBRATION_IMAGES);
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
    version: 0,
    images,
    floatLoss: float.loss,
    floatAccuracy: float.accuracy,
    entries,
  };
}
