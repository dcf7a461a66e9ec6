import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import type { Architecture } from './network';
import { BIT_WIDTHS, type BitWidth, checkPolicy, isBitWidth, PolicyError, uniformPolicy } from './policy';

const chain = (...ids: string[]): Architecture => ({
  name: 'Chain',
  nodes: [
    { op: 'input', id: 'image', inputs: [], shape: [1, 1, 3] },
    { op: 'flatten', id: 'flat', inputs: ['image'] },
    ...ids.map((id, i) => ({ op: 'dense', id, inputs: [ids[i - 1] ?? 'flat'], units: 3, bias: false }) as const),
  ],
});
const net = chain('a', 'b');
const good = { a: { weights: 4, activations: 8 }, b: { weights: 1, activations: 32 } };

test('returns a valid policy equal, without extra fields', () => {
  expect(checkPolicy(net, good)).toEqual(good);
  expect(checkPolicy(net, { ...good, a: { ...good.a, note: 'x' } })).toEqual(good);
});

describe('refusals', () => {
  const layer = (weights: unknown, activations: unknown) => ({ ...good, a: { weights, activations } });
  test.each([
    [null, 'A config is an object'],
    [[], 'A config is an object'],
    ['8', 'A config is an object'],
    [{ a: good.a }, 'no entry for layer "b" of Chain; it needs one for each of: a, b.'],
    [{ ...good, a: null }, 'no entry for layer "a"'],
    [{ ...good, c: good.a }, 'names a layer "c" that Chain does not have'],
    [{ ...good, image: good.a }, 'names a layer "image" that Chain does not have'],
    [layer(0, 8), 'Layer "a" cannot be skipped (0 weight bits): no shortcut bypasses it.'],
    [layer(9, 8), 'asks for 9 weight bits'],
    [layer(2.5, 8), 'asks for 2.5 weight bits'],
    [layer('8', 8), 'asks for 8 weight bits'],
    [layer(Number.NaN, 8), 'asks for NaN weight bits'],
    [layer(undefined, 8), 'asks for undefined weight bits'],
    [layer(8, 1), 'Layer "a" asks for 1 activation bits; possible are 2-8 and 32 (float).'],
    [layer(8, 16), 'asks for 16 activation bits'],
    [layer(8, undefined), 'asks for undefined activation bits'],
    [{ ...good, a: 8 }, 'asks for undefined weight bits'],
  ])('%j', (policy, message) => {
    expect(() => checkPolicy(net, policy)).toThrow(PolicyError);
    expect(() => checkPolicy(net, policy)).toThrow(message);
  });
});

test('a layer named __proto__ is a layer like any other', () => {
  const odd = chain('__proto__', 'constructor');
  const policy = uniformPolicy(odd, 3, 5);
  expect(Object.keys(policy)).toEqual(['__proto__', 'constructor']);
  const parsed: unknown = JSON.parse(JSON.stringify(policy));
  const checked = checkPolicy(odd, parsed);
  expect(Object.entries(checked)).toEqual(Object.entries(policy));
  expect(Object.getPrototypeOf(checked)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).weights).toBeUndefined();
  // Inherited properties are not entries.
  expect(() => checkPolicy(odd, {})).toThrow('no entry for layer "__proto__"');
  expect(() => checkPolicy(chain('toString'), {})).toThrow('no entry for layer "toString"');
});

test('every uniform policy is valid, with the image in float', () => {
  const width = fc.constantFrom(...BIT_WIDTHS);
  const layered: Architecture = {
    name: 'Layered',
    nodes: [
      { op: 'input', id: 'image', inputs: [], shape: [2, 2, 3] },
      {
        op: 'conv2d',
        id: 'a',
        inputs: ['image'],
        filters: 1,
        bias: false,
        size: [1, 1],
        strides: [1, 1],
        padding: [0, 0, 0, 0],
      },
      { op: 'flatten', id: 'flat', inputs: ['a'] },
      { op: 'dense', id: 'b', inputs: ['flat'], units: 1, bias: false },
    ],
  };
  law([width, width], (weights, activations) => {
    const policy = uniformPolicy(layered, weights, activations);
    expect(checkPolicy(layered, policy)).toEqual(policy);
    expect(policy.a).toEqual({ weights, activations: 32 });
    expect(policy.b).toEqual({ weights, activations: Math.max(2, activations) as BitWidth });
  });
});

test('bit widths are 1 to 8 and 32, activations from 2, and 0 for skipped weights', () => {
  const widths = (tensor: 'weights' | 'activations') =>
    Array.from({ length: 41 }, (_, i) => i - 4).filter((bits) => isBitWidth(bits, tensor));
  expect(widths('weights')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 32]);
  expect(widths('activations')).toEqual([2, 3, 4, 5, 6, 7, 8, 32]);
});
