// ONNX files exported by the page are read again with their setting: bit-identical if layers add integers, otherwise
// equal up to float32. Edited files are read like foreign ones.
import { describe, expect, test } from 'vitest';
import { layersOf, type Network } from '../../../graph/network';
import { FLOAT, uniformPolicy } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import { useBackend } from '../../../nn/backends.testing';
import { everything, modern, randomNetwork } from '../../../nn/networks.testing';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../../../quant/registry';
import { hasOneScale } from '../../../rounding/codedKernel';
import { ArchitectureBuilder } from '../../../zoo/definition';
import type { ExportContext } from '../../export/context';
import { type OnnxModel, onnxBytes } from '../../export/onnxModel';
import { qdqModel } from '../../export/qdq';
import { qonnxModel } from '../../export/qonnx';
import {
  compare,
  contextOf,
  mixedPolicy,
  noiseImages,
  onnxLogits,
  ourLogits,
  rangesOn,
} from '../../export/witness.testing';
import { fuzz } from '../fuzz.testing';
import { logitsOf } from '../thirdParty.testing';
import { CHANGED } from './ownExport';
import { onnxReader } from './reader';

if (!(await useBackend('wasm'))) throw new Error('no wasm backend here');

const plain = randomNetwork(everything(9), 3);
/** With batch norms that mirror some channels, and zero others. */
const network: Network = {
  ...plain,
  parameters: new Map(
    [...plain.parameters].map(([name, p]) => [
      name,
      name.endsWith('.gamma') ? { ...p, values: p.values.map((v, c) => (c % 3 === 1 ? -v : c === 2 ? 0 : v)) } : p,
    ]),
  ),
};
const images = noiseImages(8, 9, 5);
const ranges = rangesOn(network, images, 9);

const inspect = (model: OnnxModel) => onnxReader.read([{ name: 'own.onnx', bytes: onnxBytes(model) }]);

async function readBack(context: ExportContext, model: OnnxModel) {
  const read = await inspect(model);
  expect(read.unsupported).toEqual([]);
  const { setting = {} } = read;
  expect(read.classes).toEqual(context.classes);
  expect(setting.normalization).toEqual(context.normalization);
  expect(layersOf(read.network as Network).map(({ id }) => id)).toEqual(layersOf(network).map(({ id }) => id));
  return { read, again: { ...context, ...setting, network: read.network as Network } };
}

const schemes = (Object.keys(quantizers) as QuantizerId[]).flatMap((quantizer) =>
  quantizerOf(quantizer).granularities.map(
    (kind): QuantScheme => ({ quantizer, granularity: kind === 'block' ? 'block:4' : kind, activations: 'uniform' }),
  ),
);
/** True where weights times a factor round to their levels times the factor. */
function followsFactors({ quantizer }: QuantScheme): boolean {
  const { init, forward, bits } = quantizerOf(quantizer);
  const rounded = (factor: number) => {
    const x = Float32Array.of(-0.8, -0.3, 0.1, 0.45, 0.9).map((v) => v * factor);
    const spec = { bits: bits[1] };
    return forward(x, init(x, spec), spec).map((v) => v / factor);
  };
  return rounded(1.7).every((v, i) => Math.abs(v - rounded(1)[i]) < 1e-5);
}

const mixed = (scheme: QuantScheme, activations: readonly [number, number]) => {
  const [low, high] = quantizerOf(scheme.quantizer).bits;
  return mixedPolicy(network, [low, high], activations, createRng(9));
};

test.each(schemes.filter(hasOneScale))('$quantizer per $granularity: the same bits', async (scheme) => {
  const policy = mixed(scheme, [3, 8]);
  const context = contextOf(network, policy, scheme, ranges);
  const before = ourLogits(context, images, 9);
  for (const scalesInside of [false, true])
    for (const model of [qdqModel(context, { scalesInside }), qonnxModel(context, { scalesInside })]) {
      const { again } = await readBack(context, model);
      expect(again.policy).toEqual(policy);
      expect(ourLogits(again, images, 9)).toEqual(before);
    }
});

test.each(schemes)('$quantizer per $granularity, float activations', async (scheme) => {
  const context = contextOf(network, mixed(scheme, [FLOAT, FLOAT]), scheme, new Map());
  const before = ourLogits(context, images, 9);
  for (const model of [qdqModel(context), qonnxModel(context)]) {
    const { read, again } = await readBack(context, model);
    const kept = layersOf(network).filter(({ id }) => again.policy[id].weights === context.policy[id].weights);
    // Rounding again would change these: levels that the factors of batch norms move, and those per tensor, which they split
    // into many.
    const moves = !hasOneScale(scheme) && (scheme.granularity === 'tensor' || !followsFactors(scheme));
    expect(kept.length === layersOf(network).length).toBe(!moves);
    expect(read.notes.some((note) => note.includes('came in as 32-bit numbers'))).toBe(moves);
    expect(compare(before, ourLogits(again, images, 9), 4)).toMatchObject({ flips: 0, above: 0 });
  }
});

test.each(['pact', 'lsq'] as const)('learned %s activations, by scales that no range can give', async (activations) => {
  const scheme = { quantizer: 'lsq', granularity: 'tensor', activations } as const;
  const learned = layersOf(network).map(
    ({ id }, i) => [`${id}.input@${activations}/5`, { shape: [1, 1], values: Float32Array.of(0.11 + i / 7) }] as const,
  );
  const trained = { ...network, parameters: new Map([...network.parameters, ...learned]) };
  const context = contextOf(trained, uniformPolicy(network, 4, 5), scheme, ranges);
  for (const scalesInside of [false, true]) {
    const { again } = await readBack(context, qdqModel(context, { scalesInside }));
    expect(ourLogits(again, images, 9)).toEqual(ourLogits(context, images, 9));
  }
});

test('calibration before the export is not repeated', async () => {
  const calibration = { range: 'mse', correction: 'bias', batchNorm: 'fold', images: 64 } as const;
  const scheme = { quantizer: 'symmetric', granularity: 'channel', range: 'mse', calibration } as const;
  const context = contextOf(network, uniformPolicy(network, 4, 4), scheme, ranges);
  const { again } = await readBack(context, qdqModel(context));
  expect(again.scheme).toEqual({
    quantizer: 'symmetric',
    granularity: 'channel',
    calibration: { range: 'mse', correction: 'none', batchNorm: 'keep', images: 64 },
  });
});

describe('edited after export', () => {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const context = contextOf(network, uniformPolicy(network, 8, 8), scheme, ranges);
  const model = qdqModel(context, { scalesInside: true });
  const float = ourLogits(contextOf(network, uniformPolicy(network, 8, 32), scheme, new Map()), images, 9);
  const said = (name: string, value: string): OnnxModel => ({
    ...model,
    metadata: new Map([...model.metadata, [name, value]]),
  });

  test.each([
    ['another policy', said('policy', JSON.stringify(uniformPolicy(network, 8, 4)))],
    ['another network’s policy', said('policy', '{"nobody":{"weights":8,"activations":8}}')],
    ['no policy', said('policy', '[[[')],
    ['no scheme', said('scheme', 'lsq/constructor')],
    ['a quantizer without these bits', said('scheme', 'twn/channel')],
    ['ranges of nobody', said('activation_ranges', '{"__proto__":{"min":0}}')],
    ['ranges that are none', said('activation_ranges', 'null')],
    ['no classes', said('classes', '{}')],
    ['no normalization', said('input_normalization', '{"mean":[0]}')],
  ])('%s: read as any other file', async (_, changed) => {
    const { network: read, setting, notes } = await inspect(changed);
    expect(notes).toContain(CHANGED);
    expect(setting?.policy).toEqual(uniformPolicy(network, 8, 8));
    expect(await logitsOf(read as Network, images)).toBeAllClose(float, { atol: 1e-3, rtol: 1e-3 });
  });

  test('multipliers that no scale can produce', async () => {
    const integers = qdqModel(context);
    const initializers = integers.initializers.map((tensor) =>
      tensor.name === 'b.multiplier' ? { ...tensor, values: Array.from(tensor.values, (v) => v * (1 + 3e-7)) } : tensor,
    );
    const { notes, network: read } = await inspect({ ...integers, initializers });
    expect(notes).toContain(CHANGED);
    expect(await logitsOf(read as Network, images)).toBeAllClose(float, { atol: 1e-3, rtol: 1e-3 });
  });
});

test('broken files', { timeout: 600_000 }, async () => {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const bytes = onnxBytes(qonnxModel(contextOf(network, uniformPolicy(network, 4, 4), scheme, ranges)));
  const report = await fuzz((files) => onnxReader.read(files), [{ name: 'own.onnx', bytes }], {
    headEnd: bytes.length,
  });
  expect(report.errors.size).toBeGreaterThan(5);
});

test('binary activations run in ONNX Runtime, and are read again', async () => {
  const net = new ArchitectureBuilder();
  const first = net.convBn('first', net.add('input', 'image', [], { shape: [9, 9, 3] }), 8, { relu: false });
  const signs = net.add('sign', 'first.sign', [first], { scale: 0.5 });
  const next = net.convBn('next', signs, 8, { relu: false, stride: 2 });
  const flat = net.add('flatten', 'flat', [net.add('sign', 'next.sign', [next], { scale: 1 })], {});
  net.add('dense', 'fc', [flat], { units: 4, bias: true });
  const binary = randomNetwork(net.build('Binary'), 3);
  const policy = uniformPolicy(binary, 1, 8);
  expect(policy.next).toEqual({ weights: 1, activations: 32 });
  const scheme = { quantizer: 'bwn', granularity: 'channel', activations: 'uniform' } as const;
  const given = contextOf(binary, policy, scheme, new Map());
  const ours = ourLogits(given, images, 9);
  for (const model of [qdqModel(given), qonnxModel(given, { runnable: true })]) {
    expect(compare(ours, await onnxLogits(onnxBytes(model), images, 9, 'all'), 4)).toMatchObject({
      flips: 0,
      above: 0,
    });
    const { network: read, unsupported, setting } = await inspect(model);
    expect(unsupported).toEqual([]);
    if (read === undefined) throw new Error('no network');
    expect(read.nodes.flatMap((node) => (node.op === 'sign' ? [node.scale] : []))).toEqual([0.5, 1]);
    const again = ourLogits({ ...given, ...setting, network: read }, images, 9);
    expect(compare(ours, again, 4)).toMatchObject({ flips: 0, above: 0 });
  }
});

test('groups, gates, shuffles and activations are read again', async () => {
  const other = randomNetwork(modern(9), 3);
  const given = contextOf(
    other,
    uniformPolicy(other, 6, 8),
    { quantizer: 'symmetric', granularity: 'channel', activations: 'uniform' },
    rangesOn(other, images, 9),
  );
  const opsOf = ({ nodes }: Network) => nodes.flatMap(({ op }) => (op === 'batchNorm' ? [] : [op])).sort();
  for (const model of [qdqModel(given), qonnxModel(given)]) {
    const { network: read, unsupported, setting } = await inspect(model);
    expect(unsupported).toEqual([]);
    if (read === undefined) throw new Error('no network');
    // A global average of ours is followed by a flatten of the file.
    expect(opsOf(read).filter((op) => op !== 'flatten')).toEqual(opsOf(other));
    const again = ourLogits({ ...given, ...setting, network: read }, images, 9);
    expect(compare(ourLogits(given, images, 9), again, 4)).toMatchObject({ flips: 0, above: 0 });
  }
});
