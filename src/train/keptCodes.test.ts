// Kept codes equal those chosen anew from the float network's inputs, in whatever order they are asked for, and a policy
// is put together from them without another look at the images.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { chosenForKernel } from '../graph/learned';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { kernelLayout } from '../quant/granularity';
import type { QuantScheme } from '../quant/registry';
import { chooseKernel, seenBy } from '../rounding/choosing/chooseKernel';
import { roundingDifference } from '../search/allocation/roundingError';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { trainingImages } from './calibrate';
import { normalizedLayers } from './chooseCodes';
import { columnMoments } from './columnMoments';
import { FloatMoments } from './floatMoments';
import { KeptCodes } from './keptCodes';
import { ownStatistics, walkLayers } from './layerWalk';
import { relativeOutputErrors } from './outputError';
import { colorDataset } from './synthetic.testing';

const dataset = colorDataset(40, 8, 8);
const network = initialize(networks.tiny.build([8, 8, 3], dataset.classes.length), createRng(2));
const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel', range: 'hessian' };
const turn = async () => {};
let looks = 0;
const images = async () => {
  looks++;
  return trainingImages(dataset, 16);
};
const keptWith = (bytes?: number) =>
  new KeptCodes(network, scheme, true, new FloatMoments(network, images, normalizedLayers(network), bytes));

/** The codes of every layer at these widths, straight from the float network's inputs. */
async function chosenAnew(widths: readonly number[]): Promise<Map<string, Float32Array>> {
  const codes = new Map<string, Float32Array>();
  await walkLayers(network, trainingImages(dataset, 16), {
    turn,
    normalize: (node) => ownStatistics(network, node),
    layer: async (node, inputs) => {
      const { values, shape } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const seen = seenBy(await columnMoments(node, inputs, { centered: normalizedLayers(network).has(node.id) }));
      for (const bits of widths) {
        const chosen = chooseKernel(values, kernelLayout(shape, false), scheme, bits, seen, true);
        codes.set(`${node.id}/${bits}`, Float32Array.from(chosen.codes));
      }
      return { kernel: values, reads: inputs };
    },
  });
  return codes;
}

const codesIn = (of: Network, bits: number) =>
  new Map(layersOf(of).map(({ id }) => [`${id}/${bits}`, chosenForKernel(of, id, scheme, bits)?.codes] as const));

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
});

test('kept codes are those chosen anew, also when memory holds few moments', async () => {
  const anew = await chosenAnew([2, 3]);
  const before = tf.memory().numTensors;
  for (const bytes of [undefined, 10_000])
    for (const bits of [3, 2] as const) {
      const under = await keptWith(bytes).under(uniformPolicy(network, bits, FLOAT), turn);
      for (const [key, codes] of codesIn(under, bits)) expect(codes).toEqual(anew.get(key));
    }
  expect(tf.memory().numTensors).toBe(before);
});

test('a policy of layers and widths chosen before needs no image, and other widths keep theirs', async () => {
  const kept = keptWith();
  const filling = kept.fill([2, 3], turn);
  const seen: number[] = [];
  let next = await filling.next();
  for (; !next.done; next = await filling.next()) seen.push(next.value.done);
  const layers = layersOf(network).length;
  expect(seen).toEqual(Array.from({ length: 2 * layers + 1 }, (_, i) => i));
  const looked = looks;
  const policy = { ...uniformPolicy(network, 3, FLOAT), conv2: { weights: 2, activations: FLOAT } } as const;
  const under = await kept.under(policy, turn);
  expect(looks).toBe(looked);
  expect(kept.missing(policy)).toEqual([]);
  expect(kept.missing(uniformPolicy(network, 4, FLOAT))).toHaveLength(layers);
  // The filled network holds every width at once.
  for (const bits of [2, 3])
    for (const [key, codes] of codesIn(next.value, bits))
      if (codesIn(under, bits).get(key)) expect(codesIn(under, bits).get(key)).toEqual(codes);
  expect([...codesIn(under, 2).values()].filter(Boolean)).toHaveLength(1);
});

test('float and skipped layers have no codes', async () => {
  const policy = { ...uniformPolicy(network, FLOAT, FLOAT), conv3: { weights: 2, activations: FLOAT } } as const;
  const under = await keptWith().under(policy, turn);
  expect([...codesIn(under, 2)].filter(([, codes]) => codes).map(([key]) => key)).toEqual(['conv3/2']);
});

test('relative errors are those of the layers run with the kept codes, and need no further choice', async () => {
  const kept = new KeptCodes(network, scheme, true, new FloatMoments(network, images));
  const filling = kept.fill([2, 3], turn);
  let next = await filling.next();
  while (!next.done) next = await filling.next();
  const filled = next.value;
  const changes = (node: LayerNode) =>
    [2, 3, 0].map((bits) => roundingDifference(filled, node, scheme, bits as BitWidth));
  const run = await relativeOutputErrors(network, dataset, changes, { images: 16, worked: turn });
  for (const node of layersOf(network)) {
    const errors = await kept.relativeErrors(node, [2, 3, FLOAT], turn);
    expect(errors[2]).toBe(0);
    const [two, three, all] = run.get(node.id) as number[];
    expect(all).toBeCloseTo(1, 6);
    expect(errors[0] / two).toBeCloseTo(1, 4);
    expect(errors[1] / three).toBeCloseTo(1, 4);
    expect(three).toBeLessThan(two);
  }
});
