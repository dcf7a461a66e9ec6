// Bad Keras files, each with its full error message.
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openZip } from '../../zip';
import { ImportError, type ImportProblem, type Inspection, type ModelFile } from '../importer';
import { fixture } from './fixtures.testing';
import { openH5 } from './h5';
import { kerasZip } from './kerasZip';
import { kerasH5 } from './legacyH5';

const AGAIN = 'Copy or download the file again.';
const SAVE = 'Save the model again with the program that made it.';
const NOT_WHOLE = 'It is not whole, or uses a part of HDF5 that is not read here.';
const EDITED = 'Keras, as far as it is known here, describes no layer like this.';

interface Layer {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: { args: { config: { keras_history: [string, number, number] } }[] }[];
}

/** residual.keras with another description, or with other entries. */
function repacked(edit: (layers: Layer[]) => void, entries: Record<string, Uint8Array> = {}): ModelFile {
  const { name, bytes } = fixture('residual.keras');
  const unpacked = new Map([...openZip(bytes, name)].map(([entry, stored]) => [entry, stored.read()]));
  const description = JSON.parse(new TextDecoder().decode(unpacked.get('config.json')));
  edit(description.config.layers);
  const config = strToU8(JSON.stringify(description));
  return { name, bytes: zipSync({ ...Object.fromEntries(unpacked), 'config.json': config, ...entries }) };
}

const named = (layers: Layer[], name: string): Layer => layers.find((layer) => layer.name === name) as Layer;

async function problem(run: Promise<Inspection>): Promise<ImportProblem> {
  const started = performance.now();
  const error = await run.catch((reason: unknown) => reason);
  expect(performance.now() - started).toBeLessThan(60_000);
  if (!(error instanceof ImportError)) throw new Error(`no ImportError but ${error}`);
  const { what, where, why, next } = error;
  return { what, where, why, next };
}

describe('damaged files', () => {
  test('a truncated .h5 file', async () => {
    const { bytes } = fixture('residual.h5');
    expect(await problem(kerasH5.read([{ name: 'net.h5', bytes: bytes.slice(0, 20_000) }]))).toEqual({
      what: `The file ends too early: it should have ${bytes.length} bytes, and has 20000.`,
      where: 'net.h5',
      why: 'Files end like this where a download or a copy broke off.',
      next: AGAIN,
    });
  });

  test('weights without a network', async () => {
    expect(await problem(kerasH5.read([fixture('weights-only.h5')]))).toEqual({
      what: 'The HDF5 file holds no Keras model.',
      where: 'weights-only.h5',
      why: 'It was written by save_weights, which leaves the architecture out.',
      next: 'Save the whole model with model.save("model.keras"), or drop its JSON file (model.to_json()) together with this one.',
    });
  });

  test('weights that are not numbers', async () => {
    const file = fixture('residual.h5');
    const kernel = (await openH5(file.bytes, file.name)).numbers('model_weights/stem/stem/kernel')?.values;
    const at = Buffer.from(file.bytes).indexOf(Buffer.from((kernel as Float32Array).buffer));
    const bytes = file.bytes.slice();
    new DataView(bytes.buffer).setFloat32(at + 20, Number.NaN, true);
    expect(await problem(kerasH5.read([{ ...file, bytes }]))).toEqual({
      what: 'The weights hold NaN at index 5.',
      where: 'residual.h5/model_weights/stem/stem/kernel',
      why: 'A network with such a weight gives no numbers.',
      next: 'Look at this weight in the program that made the file, and save the model again with finite ones.',
    });
  });

  test('groups that contain themselves', async () => {
    const file = repacked(() => undefined, { 'model.weights.h5': fixture('circle.weights.h5').bytes });
    const answer = await problem(kerasZip.read([file]));
    expect(answer).toMatchObject({ why: NOT_WHOLE });
    expect(answer.what).toBe('Groups nest more than 64 deep.');
  });

  test('an archive that inflates beyond the limit', async () => {
    const { bytes } = repacked(() => undefined, { 'model.weights.h5': new Uint8Array(3_000_000) });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    for (let at = directory; view.getUint32(at, true) === 0x02014b50; at += 46 + view.getUint16(at + 28, true))
      if (view.getUint32(at + 24, true) === 3_000_000) view.setUint32(at + 24, 4_000_000_000, true);
    expect(await problem(kerasZip.read([{ name: 'bomb.keras', bytes }]))).toMatchObject({
      what: expect.stringMatching(/^The archive holds 40000\d{5} bytes when inflated\.$/),
      where: 'bomb.keras',
      why: 'More than 200000000 bytes do not fit this page.',
      next: SAVE,
    });
  });

  test('a description nested too deeply', async () => {
    const deep = strToU8(`{"config":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(await problem(kerasZip.read([repacked(() => undefined, { 'config.json': deep })]))).toEqual({
      what: 'The JSON nests 100001 levels deep.',
      where: 'residual.keras, config.json',
      why: 'A model needs a few; more than 64 are refused.',
      next: SAVE,
    });
  });

  test('layers in a cycle', async () => {
    const file = repacked((layers) => {
      named(layers, 'depth').inbound_nodes[0].args[0].config.keras_history = ['split', 0, 0];
    });
    expect(await problem(kerasZip.read([file]))).toEqual({
      what: 'The layers read each other in a circle, "shared_relu" among them.',
      where: 'residual.keras',
      why: EDITED,
      next: SAVE,
    });
  });

  test('an endless name', async () => {
    const name = 'x'.repeat(1001);
    const file = repacked((layers) => Object.assign(named(layers, 'stem'), { name }));
    expect(await problem(kerasZip.read([file]))).toMatchObject({
      what: 'A name has 1001 characters.',
      where: expect.stringMatching(/^residual\.keras, a layer of "/),
      why: "The page takes names of 1000 characters, so that it fits a browser's memory.",
    });
  });

  test('impossible sizes', async () => {
    const where = 'residual.keras, layer "stem"';
    for (const filters of [1e9, 0, -4, 2.5, '4', {}]) {
      const file = repacked((layers) => Object.assign(named(layers, 'stem').config, { filters }));
      const what = '"filters" should be a whole number above 0.';
      expect(await problem(kerasZip.read([file]))).toEqual({ what, where, why: EDITED, next: SAVE });
    }
    const wide = repacked((layers) => Object.assign(named(layers, 'classes').config, { units: 6 }));
    expect(await problem(kerasZip.read([wide]))).toEqual({
      what: '"classes.kernel" should be [8, 6] but is [8, 5] with 40 numbers.',
      where: 'residual.keras',
      why: 'A network like this cannot be run.',
      next: 'Look at this in the program that made the file, and save or export the network again.',
    });
  });

  test('a layer without its weights', async () => {
    const file = repacked((layers) => Object.assign(named(layers, 'stem').config, { use_bias: true }));
    expect(await problem(kerasZip.read([file]))).toEqual({
      what: 'The Conv2D "stem" needs kernel, bias; the file has 0.',
      where: 'residual.keras, layer "stem"',
      why: 'Without all its weights the network cannot be run.',
      next: 'Save the whole model, not its architecture or a part of its weights.',
    });
  });
});

describe('valid but unsupported parts are listed, all at once', () => {
  test('layers, by name and reason', async () => {
    const card = await kerasZip.read([
      repacked((layers) => {
        named(layers, 'shared_relu').class_name = 'ThresholdedReLU';
        named(layers, 'split').config.activation = 'mish';
        named(layers, 'sum').class_name = 'Lambda';
        named(layers, 'mean').class_name = 'MyPooling';
        named(layers, 'classes').config.activation = { class_name: 'function', config: 'softplus' };
      }),
    ]);
    expect(card.network).toBeUndefined();
    expect(card.unsupported).toEqual([
      {
        node: 'shared_relu',
        op: 'ThresholdedReLU',
        why: 'There is no such activation here. Train the network with ReLU, LeakyReLU or PReLU.',
      },
      {
        node: 'split',
        op: 'SeparableConv2D',
        why: 'Its activation is "mish", which the page does not have. Train the network with relu, leaky_relu, elu, silu, gelu, sigmoid or tanh.',
      },
      {
        node: 'sum',
        op: 'Lambda',
        why: 'It is a Python function, which is never run here. Use layers of Keras instead, and save the model again.',
      },
      {
        node: 'mean',
        op: 'MyPooling',
        why: 'There is no such layer here. Build it of layers that Keras has, or export the network as ONNX (tf2onnx).',
      },
      {
        node: 'classes',
        op: 'Dense',
        why: 'Its activation is "softplus", which the page does not have. Train the network with relu, leaky_relu, elu, silu, gelu, sigmoid or tanh.',
      },
    ]);
    expect(card.operations.get('ThresholdedReLU')).toBe(1);
  });

  test.each([
    [{ class_name: 'ReLU', config: { max_value: 4 } }, /^It ends at 4; without end and 6 can be run\. Train /],
    [
      { class_name: 'ReLU', config: { negative_slope: [0.1], max_value: 6 } },
      /^It ends at 6, and lets a share of negative numbers through\. Train /,
    ],
    [{ class_name: 'PReLU', config: {} }, /^Its activation is "PReLU", which the page does not have\. Train /],
    [{ class_name: 'Activation', config: { activation: 'mish' } }, /^Its activation is "mish", /],
    [{ class_name: 'Softmax', config: { axis: 1 } }, /^It is over axis 1, not the classes\. Build /],
    [
      { class_name: 'function', config: 'log_softmax' },
      /^The log_softmax "split_log_softmax" is inside of the network; .* Build /,
    ],
    [7, /^Its activation is "an unknown function", /],
  ])('an activation %j inside', async (activation, why) => {
    const card = await kerasZip.read([
      repacked((layers) => {
        named(layers, 'split').config.activation = activation;
      }),
    ]);
    expect(card.network).toBeUndefined();
    expect(card.unsupported.map((line) => line.why)).toEqual([expect.stringMatching(why)]);
  });

  test('a softmax over the rows of an image', async () => {
    const softmax = (axis: number, name: string) =>
      kerasZip.read([
        repacked((layers) => {
          const layer = named(layers, name);
          Object.assign(layer, { class_name: 'Softmax', config: { name, axis } });
        }),
      ]);
    expect((await softmax(1, 'max')).unsupported).toEqual([
      { node: 'max', op: 'Softmax', why: 'It is over axis 1, not the classes. Build the model with axis=-1.' },
    ]);
    // For a list, the first axis is the last.
    expect((await softmax(1, 'drop')).unsupported).toEqual([]);
  });

  test.each([
    [[null, null, null, 3], 'Its size [any, any, 3] is not fixed. Build the model for one size, e.g. (32, 32, 3).'],
    [
      [null, 784],
      'It reads [784]; images [height, width, channels] are what the page can feed. Save a model that reads them.',
    ],
    [[null, 1e6, 1e6, 3], 'Images of 1000000 x 1000000 x 3 do not fit this page. Build the model for smaller ones.'],
  ])('an input of %j', async (shape, why) => {
    const file = repacked((layers) => Object.assign(named(layers, 'image').config, { batch_shape: shape }));
    expect((await kerasZip.read([file])).unsupported).toEqual([{ node: 'image', op: 'InputLayer', why }]);
  });
});

test('names that are special in JavaScript are not special here', async () => {
  const { name, bytes } = repacked(() => undefined);
  const entries = new Map([...openZip(bytes, name)].map(([entry, stored]) => [entry, stored.read()]));
  const text = new TextDecoder().decode(entries.get('config.json'));
  const renamed = text.replaceAll('"stem"', '"__proto__"').replaceAll('"classes"', '"constructor"');
  const evil = repacked(() => undefined, { 'config.json': strToU8(renamed) });
  const { network, unsupported } = await kerasZip.read([evil]);
  expect(unsupported).toEqual([]);
  expect(network?.nodes.map(({ id }) => id)).toContain('node __proto__');
  expect(network?.parameters.get('node __proto__.kernel')?.shape).toEqual([3, 3, 3, 4]);
  expect(network?.parameters.get('node constructor.bias')?.shape).toEqual([5]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
