import { describe, expect, test } from 'vitest';
import { openZip } from '../../zip';
import type { Inspection } from '../importer';
import { inspectFiles } from '../readers';
import {
  decisions,
  difference,
  goldenOf,
  HAS_THIRD_PARTY,
  logitsOf,
  MEASURE_ALL,
  testImages,
  thirdPartyModel,
} from '../thirdParty.testing';
import { ANSWERS, fixture, images, softmaxRows } from './fixtures.testing';
import { kerasZip } from './kerasZip';
import { kerasH5 } from './legacyH5';

/** The network of a card without anything unsupported. */
function networkOf({ network, unsupported }: Inspection) {
  expect(unsupported).toEqual([]);
  if (network === undefined) throw new Error('no network');
  return network;
}

describe('files of Keras 3.15.1 match the outputs of Keras', () => {
  test.each(['residual.keras', 'residual.h5'])('%s', async (name) => {
    const card = await (name.endsWith('.h5') ? kerasH5 : kerasZip).read([fixture(name)]);
    const network = networkOf(card);
    expect(card.producer).toMatch(/^Keras 3\.15\.1/);
    expect(card.parameters).toBe(249);
    expect([...card.operations].slice(0, 4)).toEqual([
      ['InputLayer', 1],
      ['Conv2D', 1],
      ['BatchNormalization', 2],
      ['ReLU', 1],
    ]);
    expect(card.notes).toEqual([
      '"drop" was left out: it acts only in training.',
      'Removed the final softmax (classes_softmax); fewbits works on logits.',
    ]);
    const logits = await logitsOf(network, images(network, 1 / 255));
    expect(difference(softmaxRows(logits, 5), ANSWERS.residual)).toBeLessThan(1e-6);
  });

  test.each(['chain.keras', 'chain.h5'])('%s', async (name) => {
    const card = await (name.endsWith('.h5') ? kerasH5 : kerasZip).read([fixture(name)]);
    const network = networkOf(card);
    expect(card.notes).toEqual([
      '"random_flip" was left out: it acts only in training.',
      '"rescaling" scales its input, and runs as a batch norm with fixed numbers.',
    ]);
    expect(difference(await logitsOf(network, images(network, 1)), ANSWERS.chain)).toBeLessThan(1e-5);
  });
});

describe('an architecture beside its weights', () => {
  /** A JSON file as `to_json` writes it, from the description in a .keras file. */
  const parts = (name: string) => {
    const entries = openZip(fixture(name).bytes, name);
    const read = (entry: string) => (entries.get(entry) as { read(): Uint8Array }).read();
    return { json: { name: 'net.json', bytes: read('config.json') }, weights: read('model.weights.h5') };
  };

  test('the weights file of Keras 3', async () => {
    const { json, weights } = parts('chain.keras');
    const card = await inspectFiles([json, { name: 'net.weights.h5', bytes: weights }]);
    expect(card.notes[0]).toBe('The architecture is that of "net.json", the weights are those of "net.weights.h5".');
    const network = networkOf(card);
    expect(card.parameters).toBe((await kerasZip.read([fixture('chain.keras')])).parameters);
    expect(difference(await logitsOf(network, images(network, 1)), ANSWERS.chain)).toBeLessThan(1e-5);
  });

  test('the weights file of Keras 2, of a pruned layer whose wrapper is taken off', async () => {
    const conv = { name: 'conv', filters: 4, kernel_size: [3, 3], activation: 'relu' };
    const wrapper = { name: 'prune_low_magnitude_conv', layer: { class_name: 'Conv2D', config: conv } };
    const layers = [
      { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 3, 3, 3] } },
      { class_name: 'PruneLowMagnitude', config: wrapper },
      { class_name: 'Flatten', config: { name: 'flatten' } },
      { class_name: 'Dense', config: { name: 'fc', units: 5 } },
    ];
    const json = JSON.stringify({ class_name: 'Sequential', config: { name: 'one', layers }, keras_version: '2.4.0' });
    const beside = { name: 'model.json', bytes: new TextEncoder().encode(json) };
    const card = await inspectFiles([fixture('keras2.weights.h5'), beside]);
    const network = networkOf(card);
    expect(network.nodes.map(({ id }) => id)).toEqual(['in', 'conv', 'conv_relu', 'flatten', 'fc']);
    expect(card.notes.at(-1)).toBe('The wrappers of pruning (1) were taken off, as strip_pruning does.');
    // NumPy, of the same numbers.
    const answers = [
      -9.708705, 3.115897, -2.194361, -4.175596, -3.448929, -8.649525, 1.000439, 3.125677, -1.65485, -3.649679,
    ];
    expect(difference(await logitsOf(network, images(network, 1 / 255)), answers)).toBeLessThan(1e-5);
  });
});

test.each(['objects.keras', 'objects.h5'])(
  '%s: layers in place of activations, and a log_softmax at the end',
  async (name) => {
    const card = await (name.endsWith('.h5') ? kerasH5 : kerasZip).read([fixture(name)]);
    const network = networkOf(card);
    expect(network.nodes.map(({ op }) => op)).toEqual([
      ...['input', 'conv2d', 'relu6', 'conv2d', 'relu', 'relu6', 'flatten', 'dense', 'relu6', 'dense'],
    ]);
    expect(card.notes).toEqual(['Removed the final log_softmax (classes_log_softmax); fewbits works on logits.']);
    const odds = softmaxRows(await logitsOf(network, images(network, 1 / 16)), 5);
    expect(difference(odds.map(Math.log), ANSWERS.objects)).toBeLessThan(1e-4);
  },
);

describe.skipIf(!HAS_THIRD_PARTY)('ResNet-8 of MLPerf Tiny, from Keras 2.4', () => {
  const read = async () => networkOf(await kerasH5.read([thirdPartyModel('resnet8-keras2.h5')]));
  const byte = (value: number) => value;

  test('matches the logits of the golden file on 256 test images', async () => {
    const golden = goldenOf('resnet8');
    const logits = await logitsOf(await read(), testImages(0, 256, byte).values);
    expect(decisions(logits)).toEqual(decisions(golden.logits));
    expect(difference(logits, golden.logits)).toBeLessThan(1e-3);
  });

  test.skipIf(!MEASURE_ALL)('is right on 8,719 of the 10,000 test images', { timeout: 300_000 }, async () => {
    const network = await read();
    let right = 0;
    for (let from = 0; from < 10_000; from += 500) {
      const { values, labels } = testImages(from, 500, byte);
      const guesses = decisions(await logitsOf(network, values));
      right += labels.filter((label, n) => guesses[n] === label).length;
    }
    expect(right / 10_000).toBe(goldenOf('resnet8').testAccuracy10000);
  });
});
