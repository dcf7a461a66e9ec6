import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BitWidth, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { packBits, packedBytes, packNetwork, unpackBits } from './packed';
import { parseSafetensors } from './safetensors';

const network = initialize(networks.resnet8.build([32, 32, 3], 10), createRng(3));
const inputs = new Map(network.nodes.map(({ id }) => [id, { scale: 1, offset: 0 }]));

describe('bits', () => {
  it('unpack what was packed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(255)), (bits, raw) => {
        const codes = Uint8Array.from(raw, (code) => code % 2 ** bits);
        expect(unpackBits(packBits(codes, codes.length, bits), codes.length, bits)).toEqual(codes);
      }),
    );
  });

  it('lie low bits first', () => {
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
    for (const quantizer of ['affine', 'symmetric'] as const)
      for (const granularity of ['tensor', 'channel'] as const) {
        const scheme = { quantizer, granularity };
        const file = packNetwork(network, policy, scheme, inputs);
        expect(file.length).toBe(packedBytes(network, policy, scheme));
        expect(parseSafetensors(file).metadata.get('network')).toBe('ResNet-8');
      }
  });

  it('is about four times smaller at 8 bits than at float', () => {
    const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const float = packedBytes(network, uniformPolicy(network, 32, 32), scheme);
    const eight = packedBytes(network, uniformPolicy(network, 8, 32), scheme);
    expect(float / eight).toBeGreaterThan(3.4);
    expect(float / eight).toBeLessThan(4);
  });
});
