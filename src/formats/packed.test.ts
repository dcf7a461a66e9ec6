import { describe, expect, it } from 'vitest';
import { batchNormLine, foldableBatchNorms } from '../graph/folding';
import { layersOf, type Network } from '../graph/network';
import { type BitWidth, uniformPolicy } from '../graph/policy';
import { fc } from '../math/law.testing';
import { createRng } from '../math/rng';
import { learnedKernels } from '../nn/learned';
import { everything, randomNetwork } from '../nn/networks.testing';
import { fromFloat16Bits } from '../quant/floats';
import { groupCount, joinGroups, kernelLayout, quantizeKernel, splitGroups } from '../quant/granularity';
import type { Granularity } from '../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers, scaleBitsOf, specOf } from '../quant/registry';
import { learnedForKernel } from '../rounding/learnedKernel';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { packBits, packedBytes, packedSizes, packNetwork, unpackBits } from './packed';
import { parseSafetensors, type SafetensorsTensor } from './safetensors';

const network = initialize(networks.resnet8.build([32, 32, 3], 10), createRng(3));
/** Every granularity and scale width that a quantizer has. */
function schemesOf(quantizer: QuantizerId): QuantScheme[] {
  const { granularities, halfScales } = quantizerOf(quantizer);
  return granularities
    .flatMap((kind): Granularity[] => (kind === 'block' ? ['block:5', 'block:32'] : [kind]))
    .flatMap((granularity) => [
      { quantizer, granularity },
      ...(halfScales ? [{ quantizer, granularity, scaleBits: 16 } as const] : []),
    ]);
}

const inputs = new Map(network.nodes.map(({ id }) => [id, { scale: 1, offset: 0 }]));

describe('bits', () => {
  it('unpacks what was packed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(255)), (bits, raw) => {
        const codes = Uint8Array.from(raw, (code) => code % 2 ** bits);
        expect(unpackBits(packBits(codes, codes.length, bits), codes.length, bits)).toEqual(codes);
      }),
    );
  });

  it('packs low bits first', () => {
    expect([...packBits([1, 2, 3, 0, 3], 5, 2)]).toEqual([0b00111001, 0b11]);
  });
});

describe('the packed file', () => {
  it.each([
    [1, 2],
    [2, 8],
    [3, 4],
    [8, 8],
    [32, 32],
  ] as [BitWidth, BitWidth][])('has exactly the stated size at %d/%d bits', (weights, activations) => {
    const policy = uniformPolicy(network, weights, activations);
    for (const id of Object.keys(quantizers) as QuantizerId[]) {
      const [min, max] = quantizers[id].bits;
      if (weights !== 32 && (weights < min || weights > max)) continue;
      for (const scheme of schemesOf(id)) {
        const file = packNetwork(network, policy, scheme, inputs);
        expect(file.length).toBe(packedBytes(network, policy, scheme));
        expect(parseSafetensors(file).metadata.get('network')).toBe('ResNet-8');
      }
    }
  });

  it.each([
    ['uniform', 2],
    ['pact', 1],
    ['lsq', 1],
    ['bfp', 0],
  ] as const)('stores the parameters of %s activations: %d numbers per layer', (activations, count) => {
    const scheme = { quantizer: 'dsconv', granularity: 'block:32', activations } as const;
    const policy = uniformPolicy(network, 4, 4);
    const grids = new Map(
      [...inputs.keys()].map((id) => [id, { scale: 0.5, offset: activations === 'uniform' ? -1 : 0 }]),
    );
    const { tensors } = parseSafetensors(packNetwork(network, policy, scheme, grids));
    const rest = layersOf(network).map(({ id }) => tensors.get(`${id}.input`)?.values);
    expect(rest).toEqual([
      undefined,
      ...rest.slice(1).map(() => (count ? Float32Array.of(0.5, -1).subarray(0, count) : undefined)),
    ]);
    // The size law, for every mix of widths: file and headline agree, and a rounded image input takes two numbers.
    for (const stem of [4, 32] as const)
      for (const bits of [3, 8, 32] as const) {
        const mixed = {
          ...uniformPolicy(network, bits, bits),
          [layersOf(network)[0].id]: { weights: bits, activations: stem },
        };
        const file = packNetwork(network, mixed, scheme, grids);
        expect(file.length).toBe(packedBytes(network, mixed, scheme));
        const image = parseSafetensors(file).tensors.get(`${layersOf(network)[0].id}.input`)?.shape;
        expect(image).toEqual(stem === 32 || activations === 'bfp' ? undefined : [2]);
      }
  });

  it('is the sum of its layers and a rest that depends on widths only through digits in the header', () => {
    const mixed = randomNetwork(everything(), 4);
    for (const quantizer of Object.keys(quantizers) as QuantizerId[])
      for (const scheme of schemesOf(quantizer)) {
        const [least] = quantizerOf(quantizer).bits;
        for (const bits of [least, 32] as BitWidth[]) {
          const { total, layers, rest } = packedSizes(mixed, uniformPolicy(mixed, bits, 8), scheme);
          expect(total).toBe(packedBytes(mixed, uniformPolicy(mixed, bits, 8), scheme));
          expect([...layers.values()].reduce((sum, bytes) => sum + bytes, rest)).toBe(total);
          expect([...layers.keys()]).toEqual(layersOf(mixed).map(({ id }) => id));
          expect(rest).toBeGreaterThan(0);
        }
      }
  });

  it('counts the numbers of a layer’s groups: 9,216 weights at 4 bits in blocks of 32', () => {
    // 2b of ResNet-8: 3 x 3 x 32 x 32 4-bit weights are 4,608 bytes; each of 288 blocks stores a float32, each of the
    // 32 channels a folded bias, and the input a range.
    const scheme = { quantizer: 'dsconv', granularity: 'block:32' } as const;
    expect(packedSizes(network, uniformPolicy(network, 4, 8), scheme).layers.get('2b')).toBe(
      4608 + 288 * 4 + 32 * 4 + 2 * 4,
    );
  });

  it('is about four times smaller at 8 bits than at float', () => {
    const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const float = packedBytes(network, uniformPolicy(network, 32, 32), scheme);
    const eight = packedBytes(network, uniformPolicy(network, 8, 32), scheme);
    expect(float / eight).toBeGreaterThan(3.4);
    expect(float / eight).toBeLessThan(4);
  });
});

describe('read by another program', () => {
  const mixed = randomNetwork(everything(), 4);
  const folded = foldableBatchNorms(mixed);

  /** The kernels of a packed file, decoded by the description at the top of packed.ts. */
  function readKernels(file: Uint8Array, net: Network, scheme: QuantScheme): Map<string, Float32Array> {
    const { tensors, metadata } = parseSafetensors(file);
    const described = JSON.parse(metadata.get('layers') as string) as Record<string, [number, number, number[]]>;
    const quantizer = quantizerOf(scheme.quantizer);
    return new Map(
      layersOf(net).map(({ id, op }) => {
        const [bits, , shape] = described[id];
        const layout = kernelLayout(shape, op === 'depthwiseConv2d');
        const count = shape.reduce((product, d) => product * d, 1);
        const codes = unpackBits(tensors.get(`${id}.codes`)?.values as Uint8Array, count, bits);
        const stored = tensors.get(`${id}.numbers`) as SafetensorsTensor;
        const [rows, groups] = stored.shape as number[];
        const bytes = stored.values as Uint8Array;
        const halves = stored.dtype === 'U8';
        const number = (i: number) =>
          halves ? fromFloat16Bits(bytes[2 * i] | (bytes[2 * i + 1] << 8)) : (stored.values[i] as number);
        // Per-tensor numbers become per-channel under a folded batch norm: then decode channel by channel.
        const own = groupCount(count, layout, scheme.granularity);
        const granularity = groups > own ? 'channel' : scheme.granularity;
        const indices = Float32Array.from({ length: count }, (_, i) => i);
        const parts = splitGroups(indices, granularity, layout).map((part, g) =>
          quantizer.decode(
            Uint8Array.from(part, (i) => codes[i]),
            Array.from({ length: rows }, (_, row) => number(row * groups + g)),
            specOf(scheme, bits),
          ),
        );
        const factor = tensors.get(`${id}.factor`)?.values;
        const values = joinGroups(parts, granularity === 'tensor' ? 1 : layout.channels);
        return [id, values.map((v, i) => v * (factor?.[i % layout.channels] ?? 1))];
      }),
    );
  }

  /** The network after training under a scheme: learned quantizer parameters differ from their initial values. */
  function learning(scheme: QuantScheme, bits: BitWidth): Network {
    const rng = createRng(6);
    const starts = learnedKernels(mixed, uniformPolicy(mixed, bits, 32), scheme);
    const parameters = new Map(mixed.parameters);
    for (const [name, { shape, values }] of starts)
      parameters.set(name, { shape, values: values.map((v) => v * (0.5 + rng.uniform())) });
    return { ...mixed, parameters };
  }

  it.each(Object.keys(quantizers) as QuantizerId[])('%s: the kernels used in inference', (id) => {
    const [min, max] = quantizers[id].bits;
    for (const bits of [...new Set([min, Math.min(3, max), max])] as BitWidth[])
      for (const scheme of schemesOf(id)) {
        const net = learning(scheme, bits);
        const file = packNetwork(net, uniformPolicy(net, bits, 32), scheme, new Map());
        for (const [layer, values] of readKernels(file, net, scheme)) {
          const kernel = mixed.parameters.get(`${layer}.kernel`) as { shape: number[]; values: Float32Array };
          const layout = kernelLayout(kernel.shape, layer === 'dw');
          const quantized = quantizeKernel(
            kernel.values,
            layout,
            quantizerOf(id),
            scheme.granularity,
            specOf(scheme, bits),
            learnedForKernel(net, layer, scheme, bits),
          ).values;
          const norm = folded.get(layer);
          const factor = norm && batchNormLine(mixed, norm).multiplier;
          const wanted = quantized.map((v, i) => v * (factor?.[i % layout.channels] ?? 1));
          // Multiplying the stored numbers instead of the values rounds differently: by at most an ulp per addend.
          if (factor === undefined || scaleBitsOf(scheme) === 16) expect(values).toEqual(wanted);
          else {
            const largest = Math.max(...wanted.map(Math.abs));
            expect(values).toBeAllClose(wanted, { rtol: 0, atol: largest * 2 ** -22 });
          }
        }
      }
  });
});

// Compression of kernels with full blocks, by the formula 32 / (b + s / B), as tabulated in the notes on DSConv; the
// paper's abstract has "up to 14x", which is 2 bits with B = 128.
describe('DSConv takes b + s / B bits per weight', () => {
  const layer = (inputs: number, granularity: Granularity, bits: BitWidth, scaleBits: 16 | 32) => {
    const net: Network = {
      name: 'One',
      nodes: [
        { op: 'input', id: 'image', inputs: [], shape: [4, 4, inputs] },
        {
          op: 'conv2d',
          id: 'conv',
          inputs: ['image'],
          filters: 16,
          size: [3, 3],
          strides: [1, 1],
          padding: [0, 0, 0, 0],
          bias: false,
        },
      ],
      parameters: new Map([
        ['conv.kernel', { shape: [3, 3, inputs, 16], values: new Float32Array(9 * inputs * 16).fill(0.5) }],
      ]),
    };
    const scheme = { quantizer: 'dsconv', granularity, scaleBits } as const;
    const { tensors } = parseSafetensors(packNetwork(net, uniformPolicy(net, bits, 32), scheme, new Map()));
    const bytes = ['conv.codes', 'conv.numbers'].reduce(
      (sum, name) => sum + (tensors.get(name)?.values.byteLength ?? Number.NaN),
      0,
    );
    return (4 * 9 * inputs * 16) / bytes;
  };

  it.each([
    [16, [10.67, 8, 6.4, 5.33, 4.57, 3.2], [16, 10.67, 8, 6.4, 5.33, 3.56]],
    [32, [16, 10.67, 8, 6.4, 5.33, 3.56], [21.33, 12.8, 9.14, 7.11, 5.82, 3.76]],
    [64, [21.33, 12.8, 9.14, 7.11, 5.82, 3.76], [25.6, 14.22, 9.85, 7.53, 6.1, 3.88]],
    [128, [25.6, 14.22, 9.85, 7.53, 6.1, 3.88], [28.44, 15.06, 10.24, 7.76, 6.24, 3.94]],
    [256, [28.44, 15.06, 10.24, 7.76, 6.24, 3.94], [30.12, 15.52, 10.45, 7.88, 6.32, 3.97]],
  ])('B = %d', (block, full, half) => {
    const widths = [1, 2, 3, 4, 5, 8] as const;
    const ratios = (scaleBits: 16 | 32) =>
      widths.map((bits) => Math.round(100 * layer(256, `block:${block}`, bits, scaleBits)) / 100);
    expect(ratios(32)).toEqual(full);
    expect(ratios(16)).toEqual(half);
  });

  it('a block is at most the input channels: the stem has one scale for three weights', () => {
    expect(layer(3, 'block:32', 4, 32)).toBeCloseTo(1 / (4 / 32 + 1 / 3), 6);
    expect(layer(48, 'block:32', 4, 32)).toBeCloseTo(1 / (4 / 32 + 2 / 48), 6); // a short last block
  });
});
