import { readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MORE_BYTES } from './kept';

test('the page says how large the weights are that a first visit does not keep', () => {
  const weights = new URL('../../../public/weights/', import.meta.url);
  const later = readdirSync(weights).filter((name) => !/^(?:resnet8|tiny)-emoji10\./.test(name));
  const bytes = later.reduce((sum, name) => sum + statSync(new URL(name, weights)).size, 0);
  expect(Math.abs(bytes - MORE_BYTES)).toBeLessThan(100_000);
});
