import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchNormLine, foldableBatchNorms } from '../graph/folding';
import { layersOf } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { everything, randomNetwork } from '../nn/networks.testing';
import { kernelLayout, quantizeKernel } from '../quant/granularity';
import type { Granularity } from '../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers, scaleBitsOf, specOf } from '../quant/registry';
import { schemeOfLayer } from '../rounding/layerScheme';
import { PYTHON_LOADER } from './export/pythonLoader';
import { packNetwork } from './packed';
import { parseSafetensors, serializeSafetensors } from './safetensors';
import { unpackNetwork } from './unpack';

const network = randomNetwork(everything(), 4);
const inputs = new Map(network.nodes.map(({ id }) => [id, { scale: 0.25, offset: -0.5 }]));

/** Every granularity and scale width that a quantizer has. */
function schemesOf(quantizer: QuantizerId): QuantScheme[] {
  const { granularities, halfScales } = quantizerOf(quantizer);
  return granularities
    .flatMap((kind): Granularity[] => (kind === 'block' ? ['block:5', 'block:32'] : [kind]))
    .flatMap((granularity) => [
      { quantizer, granularity },
      ...(halfScales ? ([16, '16-first32'] as const).map((scaleBits) => ({ quantizer, granularity, scaleBits })) : []),
    ]);
}

/** Layers alternate between the smallest, a middle and the largest width, and float. */
function mixedPolicy(quantizer: QuantizerId): BitPolicy {
  const [min, max] = quantizerOf(quantizer).bits;
  const widths = [max, min, Math.max(min, Math.min(3, max)), FLOAT] as BitWidth[];
  const activations = [FLOAT, 8, 4] as BitWidth[];
  return Object.fromEntries(
    layersOf(network).map(({ id }, i) => [id, { weights: widths[i % 4], activations: activations[i % 3] }]),
  );
}

const cases = (Object.keys(quantizers) as QuantizerId[]).flatMap((id) =>
  schemesOf(id).map((scheme) => [`${id}/${scheme.granularity}/${scheme.scaleBits ?? 32}`, scheme] as const),
);

describe('reading a packed file back', () => {
  test.each(cases)('%s: policy, codes, grids, and the kernels that inference uses', (_, scheme) => {
    const policy = mixedPolicy(scheme.quantizer);
    const found = unpackNetwork(network, packNetwork(network, policy, scheme, inputs));
    expect(found.policy).toEqual(policy);
    expect(found.scheme).toEqual(scheme);
    const folded = foldableBatchNorms(network);
    for (const node of layersOf(network)) {
      const { id } = node;
      const { shape, values } = network.parameters.get(`${id}.kernel`) as { shape: number[]; values: Float32Array };
      const layout = kernelLayout(shape, id === 'dw');
      const { weights, activations } = policy[id];
      const quantizer = quantizerOf(scheme.quantizer);
      const own = schemeOfLayer(scheme, network, node);
      const spec = specOf(own, weights);
      const used =
        weights === FLOAT ? values : quantizeKernel(values, layout, quantizer, scheme.granularity, spec).values;
      const norm = folded.get(id);
      const factor = norm && batchNormLine(network, norm).multiplier;
      const wanted = used.map((v, i) => v * (factor?.[i % layout.channels] ?? 1));
      const kernel = found.network.parameters.get(`${id}.kernel`)?.values as Float32Array;
      // Multiplying the stored numbers instead of the values rounds differently: by at most an ulp per addend.
      const largest = Math.max(...wanted.map(Math.abs));
      expect(kernel).toBeAllClose(wanted, {
        rtol: 0,
        atol: factor && scaleBitsOf(own) !== 16 ? largest * 2 ** -22 : 0,
      });
      expect(found.codes.has(id)).toBe(weights !== FLOAT);
      expect(found.inputs.get(id)).toEqual(activations === FLOAT ? undefined : Float32Array.of(0.25, -0.5));
    }
    const line = batchNormLine(network, { op: 'batchNorm', id: 'lone.bn', inputs: [], epsilon: 1e-5 });
    const lone = found.network.nodes.find(({ id }) => id === 'lone.bn');
    if (lone?.op !== 'batchNorm') throw new Error('no lone batch norm');
    expect(batchNormLine(found.network, lone)).toEqual(line);
  });

  test('learned steps are in its numbers', () => {
    const scheme = { quantizer: 'lsq', granularity: 'tensor' } as const;
    const learned = new Map([
      ...network.parameters,
      ['fc2.kernel@lsq/tensor/4', { shape: [1, 1], values: Float32Array.of(0.0625) }],
    ]);
    const file = packNetwork({ ...network, parameters: learned }, uniformPolicy(network, 4, FLOAT), scheme, new Map());
    const kernel = unpackNetwork(network, file).network.parameters.get('fc2.kernel')?.values as Float32Array;
    expect(kernel.every((v) => Number.isInteger(v / 0.0625) && Math.abs(v) <= 0.5)).toBe(true);
    expect(new Set(kernel).size).toBeGreaterThan(4);
  });
});

describe('refusals', () => {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const file = parseSafetensors(packNetwork(network, uniformPolicy(network, 4, FLOAT), scheme, new Map()));
  const changed = (key: string, value: string) =>
    serializeSafetensors({ ...file, metadata: new Map([...file.metadata, [key, value]]) });

  test.each([
    ['fewbits', '1', 'version 1, and only 2 is read'],
    ['scheme', 'sym/channel', '"sym/channel" does not name a quantizer'],
    ['scheme', 'symmetric/block:0', '"block:0" is not a granularity'],
    ['scheme', 'symmetric/channel/sometimes', 'is not a quantization scheme'],
    ['scheme', 'ttq/channel', 'has no 4-bit weights'],
    ['scheme', 'symmetric/tensor', '"b.numbers" is F32 [1, 8], where F32 [1, 1] is expected'],
    ['layers', '{', 'does not list its layers'],
    ['layers', '{"a":[4,32]}', 'describes the layer "a" without a shape'],
    ['layers', '{"a":[4,32,[3,3,3,6]]}', 'no entry for layer "dw"'],
  ])('%s %s', (key, value, message) => {
    expect(() => unpackNetwork(network, changed(key, value))).toThrow(message);
  });

  test('numbers that are not finite', () => {
    const tensors = new Map(file.tensors);
    tensors.set('fc2.numbers', { dtype: 'F32', shape: [1, 4], values: Float32Array.of(1, Number.NaN, 1, 1) });
    expect(() => unpackNetwork(network, serializeSafetensors({ ...file, tensors }))).toThrow('"fc2.kernel" holds NaN');
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!python)('the printed Python program (needs python3) reads the same codes and values', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fewbits-'));
  try {
    writeFileSync(join(folder, 'loader.py'), PYTHON_LOADER);
    const files = cases.map(([name, scheme], i) => {
      const bytes = packNetwork(network, mixedPolicy(scheme.quantizer), scheme, inputs);
      writeFileSync(join(folder, `${i}.safetensors`), bytes);
      return { name, ...unpackNetwork(network, bytes) };
    });
    const program = `import json, loader\nprint(json.dumps([loader.load(f"{i}.safetensors") for i in range(${files.length})]))`;
    const run = spawnSync('python3', ['-c', program], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 29 });
    expect(run.stderr).toBe('');
    const read = JSON.parse(run.stdout) as [
      unknown,
      Record<string, { codes?: number[]; kernel: number[]; bits: number; input: number[] | null }>,
    ][];
    for (const [i, { name, network: unpacked, codes, policy, inputs: grids }] of files.entries())
      for (const { id } of layersOf(network)) {
        const layer = read[i][1][id];
        const kernel = unpacked.parameters.get(`${id}.kernel`)?.values as Float32Array;
        expect(layer.codes, `${name} ${id}`).toEqual(codes.has(id) ? [...(codes.get(id) as Uint8Array)] : undefined);
        expect(Float32Array.from(layer.kernel), `${name} ${id}`).toBeAllClose(kernel, { rtol: 0, atol: 0 });
        expect(
          layer.kernel.every((v, at) => v === kernel[at]),
          `${name} ${id}`,
        ).toBe(true);
        expect(layer.bits).toBe(policy[id].weights);
        expect(layer.input).toEqual(grids.has(id) ? [...(grids.get(id) as Float32Array)] : null);
      }
    const printed = spawnSync('python3', ['loader.py', '0.safetensors'], { cwd: folder, encoding: 'utf8' });
    expect(printed.stdout).toContain('Everything affine/tensor');
    const without: BitPolicy = { ...mixedPolicy('affine'), c: { weights: 0, activations: 32 } };
    const bytes = packNetwork(network, without, { quantizer: 'affine', granularity: 'tensor' }, inputs);
    writeFileSync(join(folder, 'without.safetensors'), bytes);
    const left = spawnSync('python3', ['loader.py', 'without.safetensors'], { cwd: folder, encoding: 'utf8' });
    expect(left.stdout).toContain('c [3, 3, 8, 12] 0 bits, left out');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
