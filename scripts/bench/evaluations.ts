// Evaluations on wasm: a thousand policies with and without the prefix cache, and a pass against ONNX Runtime.
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web/wasm';
import { byteSet } from '../../src/data/byteSet';
import type { Dataset } from '../../src/data/dataset';
import { onnxBytes } from '../../src/formats/export/onnxModel';
import { qdqModel } from '../../src/formats/export/qdq';
import { isLayer, layersOf, type Network } from '../../src/graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../../src/graph/policy';
import { createRng } from '../../src/math/rng';
import { Inference } from '../../src/nn/inference';
import { floatRounding, type Rounding } from '../../src/rounding/rounding';
import { evaluate, finish } from '../../src/train/evaluate';
import { PrefixCache } from '../../src/train/prefixCache';
import { initialize } from '../../src/zoo/definition';
import { type NetworkId, networks } from '../../src/zoo/registry';
import type { Report } from './lines';
import { compareInTurns, within } from './turns';

const SIDE = 32;
const POLICIES = 1000;
const IMAGES = 32;
const WIDTHS: readonly BitWidth[] = [2, 3, 4, 5, 6, 8];

export function buildNetwork(id: NetworkId, side = SIDE): Network {
  return initialize(networks[id].build([side, side, 3], 10), createRng(1));
}

/** 8-bit weights and activations, and ranges that anything fits into: the work is the same. */
export function eightBits(network: Network): Rounding {
  const range = { min: -4, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
  return {
    policy: uniformPolicy(network, 8, 8),
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    ranges: new Map(network.nodes.filter(isLayer).map((node) => [node.id, range])),
  };
}

function noise(): Dataset {
  const rng = createRng(4);
  const pixels = Uint8Array.from({ length: IMAGES * SIDE * SIDE * 3 }, () => rng.integer(256));
  const set = byteSet(pixels, new Uint8Array(IMAGES));
  return {
    ...{ label: 'noise', fingerprint: 'noise', classes: Array.from({ length: 10 }, (_, i) => String(i)) },
    ...{ height: SIDE, width: SIDE, normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    ...{ train: set, validation: set, test: set },
  };
}

/** Policies as a local search asks for them: each changes one layer of the one before. */
function walk(network: Network): BitPolicy[] {
  const rng = createRng(5);
  const layers = layersOf(network);
  let policy = uniformPolicy(network, 8, 8);
  return Array.from({ length: POLICIES }, () => {
    const { id } = layers[rng.integer(layers.length)];
    policy = { ...policy, [id]: { ...policy[id], weights: WIDTHS[rng.integer(WIDTHS.length)] } };
    return policy;
  });
}

/** A thousand policies of Tiny on 32 images: with the prefix cache, against a whole pass for each. */
export async function policies1000(report: Report): Promise<void> {
  const network = buildNetwork('tiny');
  const how = eightBits(network);
  const dataset = noise();
  const policies = walk(network);
  const measure = async (cached: boolean) => {
    const model = new Inference(network);
    const cache = new PrefixCache();
    const losses = new Float64Array(POLICIES);
    for (const [i, policy] of policies.entries()) {
      model.configure({ ...how, policy });
      const options = { from: 0, to: IMAGES, batchSize: IMAGES, ...(cached && { cache }) };
      losses[i] = (await finish(evaluate(model, dataset, dataset.test, options))).loss;
    }
    cache.dispose();
    model.dispose();
    return losses;
  };
  await compareInTurns(
    report,
    { id: 'policies-1000', backend: tf.getBackend(), unit: 'policies/s', per: POLICIES, rounds: 3 },
    {
      ours: () => measure(true),
      baseline: () => measure(false),
      same: (ours, theirs) => ours.every((loss, i) => loss === theirs[i]),
    },
  );
}

/** Images [n, h, w, 3] as [n, 3, h, w]. */
function planar(images: Float32Array): Float32Array {
  const pixels = SIDE * SIDE;
  return images.map((_, to) => {
    const image = Math.floor(to / (3 * pixels));
    return images[(image * pixels + (to % pixels)) * 3 + (Math.floor(to / pixels) % 3)];
  });
}

const BATCH = 64;

/** A batch in float, against ONNX Runtime with one thread on the exported file. */
export async function ortEvaluate(report: Report): Promise<void> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  for (const id of ['resnet8', 'resnet20'] as const) {
    const network = buildNetwork(id);
    const rng = createRng(2);
    const pixels = Float32Array.from({ length: BATCH * SIDE * SIDE * 3 }, () => rng.normal());
    const model = new Inference(network);
    const float = { ...floatRounding(network), policy: uniformPolicy(network, FLOAT, FLOAT) };
    model.configure(float);
    const provenance = { dataset: 'noise', split: 'test', seed: 1, version: '', backend: '' } as const;
    const normalization = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
    const bytes = onnxBytes(qdqModel({ network, ...float, normalization, classes: [], provenance }));
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    const input = new ort.Tensor('float32', planar(pixels), [BATCH, 3, SIDE, SIDE]);
    await compareInTurns<Float32Array>(
      report,
      { id: `ort-evaluate-${id}`, backend: tf.getBackend(), unit: 'images/s', per: BATCH },
      {
        ours: async () => {
          const { logits } = model.run(() => tf.tensor4d(pixels, [BATCH, SIDE, SIDE, 3]));
          const values = Float32Array.from(await logits.data());
          logits.dispose();
          return values;
        },
        baseline: async () => {
          const outputs = await session.run({ [session.inputNames[0]]: input });
          return outputs[session.outputNames[0]].data as Float32Array;
        },
        same: within(1e-4),
      },
    );
    await session.release();
    model.dispose();
  }
}
