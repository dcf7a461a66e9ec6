import { describe, expect, it } from 'vitest';
import type { ExampleImage, Measurement } from '../../engine/protocol/measuring';
import { flipKind, flipsOf } from './flips';

describe('flips', () => {
  it('names every kind of change', () => {
    expect(flipKind(3, 3, 5)).toBe('lost');
    expect(flipKind(3, 5, 3)).toBe('gained');
    expect(flipKind(3, 5, 6)).toBe('changed');
    expect(flipKind(3, 5, 5)).toBe('same');
    expect(flipKind(3, 3, undefined)).toBe('waiting');
  });
  it('puts changed images first and waits for those not measured', () => {
    const image = (index: number) => ({ index, label: 1, float: 1 }) as ExampleImage;
    const current = { predictions: Uint8Array.of(1, 2) } as Measurement;
    const flips = flipsOf([image(0), image(1), image(2)], current);
    expect(flips.map((flip) => [flip.image.index, flip.kind])).toEqual([
      [1, 'lost'],
      [0, 'same'],
      [2, 'waiting'],
    ]);
  });
});
