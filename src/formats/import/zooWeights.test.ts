import { describe, expect, test } from 'vitest';
import { type Architecture, isLayer, type Network, type Parameter } from '../../graph/network';
import { createRng } from '../../math/rng';
import { float16Bits, roundToFloat16 } from '../../quant/floats';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { fuzz } from './fuzz.testing';
import { inspectFiles } from './readers';
import { torchModules } from './torch/names';
import { torchFile } from './torch/torchFiles.testing';
import { fitZoo, type ZooFit } from './zooWeights';

const image = [32, 32, 3] as const;

/** Random numbers everywhere, so that exchanged tensors are noticed. */
function random(architecture: Architecture): Network {
  const rng = createRng(5);
  const { parameters } = initialize(architecture, rng);
  return {
    ...architecture,
    parameters: new Map(
      [...parameters].map(([name, { shape, values }]) => [
        name,
        { shape, values: values.map(() => Math.fround(0.1 + rng.uniform())) },
      ]),
    ),
  };
}

/** A kernel [h, w, in, out] or [in, out] in PyTorch's layout: outputs first, then inputs, then rows and columns. */
function toTorch({ shape, values }: Parameter, pixels = 1): Parameter {
  const [out, inputs] = [shape[shape.length - 1], shape[shape.length - 2]];
  if (shape.length === 4) {
    const taps = shape[0] * shape[1];
    const at = (o: number, i: number, p: number) => values[(p * inputs + i) * out + o];
    const all = Array.from({ length: values.length }, (_, n) =>
      at(Math.floor(n / (inputs * taps)), Math.floor(n / taps) % inputs, n % taps),
    );
    return { shape: [out, inputs, shape[0], shape[1]], values: Float32Array.from(all) };
  }
  const channels = inputs / pixels;
  const row = (n: number) => (n % pixels) * channels + Math.floor(n / pixels);
  const all = Array.from({ length: values.length }, (_, n) => values[row(n % inputs) * out + Math.floor(n / inputs)]);
  return { shape: [out, inputs], values: Float32Array.from(all) };
}

/** The state_dict that scripts/zoo/train.py would save, in PyTorch's order. */
function stateDict(network: Network, pixels = 1): Map<string, Parameter> {
  const modules = torchModules(network);
  if (modules === undefined) throw new Error(network.name);
  const state = new Map<string, Parameter>();
  const get = (name: string) => network.parameters.get(name) as Parameter;
  for (const { id, bias } of network.nodes.filter(isLayer)) {
    const { layer, norm } = modules.get(id) ?? { layer: '', norm: '' };
    state.set(`${layer}.weight`, toTorch(get(`${id}.kernel`), pixels));
    if (bias) state.set(`${layer}.bias`, get(`${id}.bias`));
    if (norm !== '')
      for (const [part, torch] of [
        ['gamma', 'weight'],
        ['beta', 'bias'],
        ['mean', 'running_mean'],
        ['variance', 'running_var'],
      ])
        state.set(`${norm}.${torch}`, get(`${id}.bn.${part}`));
  }
  return state;
}

/** Bitwise comparison; `toEqual` would take seconds for so many numbers. */
function expectSame(found: Network | undefined, wanted: Network): void {
  expect([...(found?.parameters.keys() ?? [])]).toEqual([...wanted.parameters.keys()]);
  for (const [name, { shape, values }] of wanted.parameters) {
    const other = found?.parameters.get(name) as Parameter;
    expect(other.shape, name).toEqual(shape);
    expect(Buffer.compare(Buffer.from(other.values.buffer), Buffer.from(values.buffer)), name).toBe(0);
  }
  expect(found?.nodes).toEqual(wanted.nodes);
}

const renamed = (state: Map<string, Parameter>, name: (old: string) => string) =>
  new Map([...state].map(([old, value]) => [name(old), value]));

function fitted(weights: ReadonlyMap<string, Parameter>): ZooFit {
  const fit = fitZoo(weights);
  if (!('network' in fit)) throw new Error(`${fit.tensor}: ${fit.why}`);
  return fit;
}

describe('weights with our names', () => {
  test.each(['resnet8', 'resnet20', 'vgg-small'] as const)('%s: every number is assigned correctly', (id) => {
    const network = random(networks[id].build(image, 7));
    const fit = fitted(stateDict(network));
    expectSame(fit.network, network);
    expect(fit.notes).toEqual([`The weights fit ${network.name}.`]);
  });

  test('the names match the training recipe', () => {
    // Origin: state_dict of scripts/zoo/train.py's networks.
    expect([...(torchModules(networks.resnet8.build(image, 10)) ?? [])].slice(3, 5)).toEqual([
      ['2a', { layer: 'stages.1.0.conv1', norm: 'stages.1.0.bn1' }],
      ['2b', { layer: 'stages.1.0.conv2', norm: 'stages.1.0.bn2' }],
    ]);
    expect(torchModules(networks['vgg-small'].build(image, 10))?.get('3.1')).toEqual({
      layer: 'features.14',
      norm: 'features.15',
    });
  });

  test('a dense layer after an image permutes its inputs', () => {
    const network = random(networks['vgg-small'].build([64, 64, 3], 10));
    expectSame(fitted(stateDict(network, 4)).network, network);
    expect(() => expectSame(fitted(stateDict(network)).network, network)).toThrow('fc.kernel');
  });
});

describe('weights with other names', () => {
  const network = random(networks.resnet20.build(image, 10));
  // As in akamaster/pytorch_resnet_cifar10.
  const theirs = renamed(stateDict(network), (name) =>
    name.replace(/^stages\.(\d)/, (_, stage) => `layer${Number(stage) + 1}`).replace(/^fc/, 'linear'),
  );
  const note = 'The names are not those of our ResNet-20; its weights were found by their order and shapes.';

  test('are found by order and shape', () => {
    const fit = fitted(theirs);
    expectSame(fit.network, network);
    expect(fit.notes[0]).toBe(note);
  });

  test('also if the file sorts them by name', () => {
    expectSame(fitted(new Map([...theirs].sort(([a], [b]) => (a < b ? -1 : 1)))).network, network);
    // features.10 before features.2: alphabetical order differs from the order of the layers.
    const vgg = random(networks['vgg-small'].build(image, 10));
    const letters = renamed(stateDict(vgg), (name) => name.replace(/^features/, 'body'));
    expectSame(fitted(new Map([...letters].sort(([a], [b]) => (a < b ? -1 : 1)))).network, vgg);
  });

  test('as PyTorch and safetensors files', async () => {
    const small = random(networks.resnet8.build(image, 10));
    const state = renamed(stateDict(small), (name) => name.replace('stages', 'layers'));
    for (const bytes of [torchFile(state), torchFile(state, { legacy: true }), safetensors(state, 'F32')])
      expectSame((await inspectFiles([{ name: 'weights', bytes }])).network, small);
  });

  test('a bias before a batch norm moves into its mean', () => {
    const bias = Float32Array.from({ length: 16 }, (_, c) => c / 8);
    const fit = fitted(new Map([...theirs, ['conv1.bias', { shape: [16], values: bias }]]));
    const mean = network.parameters.get('stem.bn.mean') as Parameter;
    expect(fit.network.parameters.get('stem.bn.mean')?.values).toEqual(mean.values.map((m, c) => m - bias[c]));
    expect(fit.notes[1]).toContain('Biases of 1 convolutions went into the means');
  });
});

/** A safetensors file of one number type, written by the format's own description. */
function safetensors(weights: ReadonlyMap<string, Parameter>, type: 'F32' | 'F16' | 'BF16'): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data: number[] = [];
  for (const [name, { shape, values }] of weights) {
    const from = data.length;
    if (type === 'F32') for (const byte of new Uint8Array(Float32Array.from(values).buffer)) data.push(byte);
    else
      for (const value of values) {
        const bits =
          type === 'F16'
            ? float16Bits(roundToFloat16(value))
            : new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16;
        data.push(bits & 255, bits >> 8);
      }
    header[name] = { dtype: type, shape, data_offsets: [from, data.length] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

test.each([
  ['F16', 2 ** -11],
  ['BF16', 2 ** -7],
] as const)('safetensors of type %s', async (type, precision) => {
  const network = random(networks.resnet8.build(image, 10));
  const bytes = safetensors(stateDict(network), type);
  const found = await inspectFiles([{ name: 'model.safetensors', bytes }]);
  expect(found).toMatchObject({ format: 'safetensors', producer: 'PyTorch', parameters: 78_042 + 2 * 336 });
  for (const [name, { values }] of network.parameters)
    expect(found.network?.parameters.get(name)?.values).toBeAllClose(values, { rtol: precision, atol: 0 });
});

describe('weights of networks outside the zoo', () => {
  const state = stateDict(random(networks.resnet20.build(image, 10)));

  test('the nearest network is named, with the first mismatched tensor', () => {
    const wider = new Map(state);
    wider.set('stages.1.0.conv2.weight', { shape: [32, 48, 3, 3], values: new Float32Array(32 * 48 * 9) });
    expect(fitZoo(wider)).toEqual({
      tensor: 'stages.1.0.conv2.weight',
      why: 'Nearest is ResNet-20: the tensor "stages.1.0.conv2.weight" is [32, 48, 3, 3] where [32, 32, 3, 3] is expected.',
    });
  });

  test('a tensor too many, one too few', () => {
    const more = new Map([...state, ['extra.weight', { shape: [3], values: new Float32Array(3) }]]);
    expect(fitZoo(more)).toEqual({
      tensor: 'extra.weight',
      why: 'Nearest is ResNet-20: it has no place for the tensor "extra.weight" of the file.',
    });
    const less = new Map(state);
    less.delete('bn1.running_var');
    expect(fitZoo(less)).toEqual({
      tensor: 'bn1.running_var',
      why: 'Nearest is ResNet-20: the file has no tensor "bn1.running_var" [16].',
    });
  });

  test('no convolution at all', () => {
    expect(fitZoo(new Map())).toEqual({
      tensor: '',
      why: 'It has no convolution or no dense layer, as every network here has.',
    });
  });

  test('are listed on the card as unsupported', async () => {
    const { network, weights, unsupported } = await inspectFiles([
      { name: 'a.pt', bytes: torchFile(new Map([...state].slice(0, 20))) },
    ]);
    expect(network).toBeUndefined();
    expect(weights?.size).toBe(20);
    expect(unsupported).toEqual([{ node: '', op: 'weights', why: expect.stringContaining('no dense layer') }]);
  });
});

describe('broken files', { timeout: 600_000 }, () => {
  const state = stateDict(random(networks.resnet8.build(image, 10)));

  test.each([
    ['safetensors', safetensors(state, 'F16')],
    ['a legacy state_dict', torchFile(state, { legacy: true })],
  ])('%s', async (_, bytes) => {
    const report = await fuzz(inspectFiles, [{ name: 'weights', bytes }], { headEnd: 8192 });
    expect(report.errors.size).toBeGreaterThan(3);
    expect(report.read).toBeGreaterThan(0);
  });
});
