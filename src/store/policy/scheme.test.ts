// Changing the quantizer: the policy follows in one undo step, with a notice; unsupported widths are refused by name.
import { beforeEach, expect, test } from 'vitest';
import { pairedScheme } from '../../quant/comparison';
import { redo, undo } from '../link/undo';
import { desk, initialDesk } from '../state/desk';
import { pastOf } from '../state/history';
import { nudgeLayer, setLayerBits, typeBits } from './actions';
import { setScheme } from './scheme';

const TWN = { quantizer: 'twn', granularity: 'tensor' } as const;
const now = () => desk.getState();
const weights = () => [...new Set(Object.values(now().policy).map((bits) => bits.weights))];

beforeEach(() => desk.setState(initialDesk(), true));

test('widths that the new quantizer lacks move to the nearest, the notice says so, and undo restores both', () => {
  setLayerBits('fc', 'weights', 32);
  const before = now().policy;
  setScheme(TWN);
  expect(weights().sort()).toEqual([2, 32]);
  expect(now().notice).toEqual({
    text: 'TWN supports 2 bits or float; 9 layers were moved to the nearest width.',
    actions: ['undo'],
  });
  undo();
  expect(now().policy).toEqual(before);
  expect(now()).toMatchObject({ scheme: { quantizer: 'symmetric' }, notice: null });
  redo();
  expect(now().scheme).toEqual(TWN);
  expect(weights().sort()).toEqual([2, 32]);
});

test('a scheme that supports all widths changes none, without a notice; the same scheme is not an undo step', () => {
  const { policy } = now();
  setScheme({ quantizer: 'affine', granularity: 'channel' });
  expect(now().policy).toBe(policy);
  expect(now().notice).toBeNull();
  setScheme({ quantizer: 'affine', granularity: 'channel' });
  expect(pastOf(now().history)).toHaveLength(1);
});

test('paired schemes change the activations as well, in one step', () => {
  setScheme(pairedScheme('dsconv', 'block:32'));
  expect(now().scheme.activations).toBe('bfp');
  setScheme(pairedScheme('affine', 'channel'));
  expect(now().scheme.activations).toBeUndefined();
  undo();
  expect(now().scheme).toEqual({ quantizer: 'dsconv', granularity: 'block:32', activations: 'bfp' });
});

test('a quantizer that comes with plain rounding in place of other settings says so; undo brings them back', () => {
  const set = { quantizer: 'symmetric', granularity: 'channel', range: 'mse' } as const;
  setScheme(set);
  expect(now().notice).toBeNull();
  setScheme(pairedScheme('affine', 'channel'));
  expect(now().notice).toMatchObject({ text: expect.stringMatching(/^The settings of rounding/), actions: ['undo'] });
  undo();
  expect(now().scheme).toEqual(set);
});

test('faders skip unsupported widths; a typed one is refused by name and changes nothing', () => {
  setScheme(TWN);
  nudgeLayer('fc', 'weights', 1);
  expect(now().policy.fc.weights).toBe(32);
  nudgeLayer('fc', 'weights', -1);
  expect(now().policy.fc.weights).toBe(2);
  setLayerBits('fc', 'weights', 6);
  expect(now().policy.fc.weights).toBe(2);
  expect(typeBits('fc', 'weights', '4')).toBe(true);
  expect(now().policy.fc.weights).toBe(2);
  expect(now().notice).toEqual({ text: 'TWN has no 4-bit weights; choose 2 bits, or float.', actions: [] });
  expect(typeBits('fc', 'weights', 'f')).toBe(true);
  expect(now().policy.fc.weights).toBe(32);
});
