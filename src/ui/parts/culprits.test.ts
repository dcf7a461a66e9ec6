import { expect, test } from 'vitest';
import { culpritsOf, mainCulprits } from './culprits';

const attribution = (restored: number[], flipsBack = restored.map(() => 0)) => ({
  lead: -1,
  parts: restored.map((_, i) => [`layer${i}`]),
  restored: Float32Array.from(restored),
  flipsBack: Uint8Array.from(flipsBack),
});
const main = (restored: number[]) => mainCulprits(culpritsOf(attribution(restored))).map(({ layers }) => layers[0]);

test('the most restoring layer comes first; those that make it worse are no culprits', () => {
  const found = culpritsOf(attribution([0.5, -3, 1.5], [0, 0, 1]));
  expect(found).toEqual([
    { layers: ['layer2'], restored: 1.5, share: 0.75, alone: true },
    { layers: ['layer0'], restored: 0.5, share: 0.25, alone: false },
  ]);
});

test('one layer, two layers or many', () => {
  expect(main([1, 5, 1])).toEqual(['layer1']);
  expect(main([3, 0, 3, 2, 2])).toEqual(['layer0', 'layer2']);
  expect(main([1, 1, 1, 1, 1])).toEqual([]);
  expect(main([-1, -1])).toEqual([]);
});
