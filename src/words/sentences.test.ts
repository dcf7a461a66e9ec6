// Sentences of the catalogue whose wording depends on numbers.
import { expect, test } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import { withBits } from '../policy/edits';
import { tiny } from '../zoo/tiny';
import { configName } from './config';
import { train } from './en/train';
import { units } from './en/units';

test('how far training has come, also before the first loss is read', () => {
  const training = { state: 'paused', step: 15, steps: 2700, epoch: 5 / 3, loss: 0.34, accuracy: 0.906 } as const;
  expect(train.step(training, true)).toBe('paused, step 15 of 2,700 · loss 0.340 · agreement 90.6 %');
  const unread = { ...training, state: 'running', loss: Number.NaN, accuracy: Number.NaN } as const;
  expect(train.step(unread, false)).toBe('step 15 of 2,700');
  expect([train.epoch(5 / 3, 5), train.epoch(5, 5)]).toEqual(['Epoch 2 of 5', 'Epoch 5 of 5']);
});

test('configs by their widths', () => {
  const architecture = tiny.build([32, 32, 3], 10);
  const eight = uniformPolicy(architecture, 8, 8);
  expect(configName(uniformPolicy(architecture, 32, 32))).toBe('float');
  expect(configName(eight)).toBe('uniform 8, activations 8');
  expect(configName(withBits(eight, 'weights', new Map([['fc', 2]])))).toBe('mixed 2 to 8, activations 8');
  expect(units.config({ weights: [4, 32], activations: [], skipped: 1 })).toBe(
    'mixed 4 to float, 1 layer skipped, activations float',
  );
});

test('ranges of bits', () => {
  expect([units.widthRange([1, 1]), units.widthRange([2, 2]), units.widthRange([2, 8])]).toEqual([
    '1 bit',
    '2 bits',
    '2 to 8 bits',
  ]);
});
