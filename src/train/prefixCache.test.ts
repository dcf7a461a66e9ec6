import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { compile, type Step } from '../nn/plan';
import { networks } from '../zoo/registry';
import { PrefixCache, savedShare, stepsToKeep } from './prefixCache';

const steps = (...list: [size: number, cut: boolean][]) => list.map(([size, cut]) => ({ size, cut }) as Step);

test('caches everything if it fits, else the deepest cuts that fit', () => {
  const list = steps([10, true], [20, true], [5, false], [40, true], [2, true]);
  expect(stepsToKeep(list, 1, 77 * 4)).toEqual(new Set([0, 1, 2, 3, 4]));
  expect(stepsToKeep(list, 1, 77 * 4 - 1)).toEqual(new Set([4, 3, 1, 0]));
  expect(stepsToKeep(list, 1, 62 * 4)).toEqual(new Set([4, 3, 1]));
  expect(stepsToKeep(list, 1, 32 * 4)).toEqual(new Set([4, 1, 0])); // 40 does not fit, the earlier ones do
  expect(stepsToKeep(list, 3, 66 * 4)).toEqual(new Set([4, 1])); // three images
  expect(stepsToKeep(list, 1, 0)).toEqual(new Set());
});

test('never plans more than the budget, and a larger budget caches at least as much', () => {
  const anySteps = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.boolean()), { minLength: 1, maxLength: 12 });
  law([anySteps, fc.integer({ min: 1, max: 9 }), fc.nat(4000), fc.nat(4000)], (list, images, budget, more) => {
    const plan = steps(...list);
    const bytes = (kept: ReadonlySet<number>) => [...kept].reduce((sum, i) => sum + plan[i].size * 4 * images, 0);
    const kept = stepsToKeep(plan, images, budget);
    expect(bytes(kept)).toBeLessThanOrEqual(budget);
    const all = bytes(new Set(plan.keys())) <= budget;
    if (all) expect(kept.size).toBe(plan.length);
    else for (const i of kept) expect(plan[i].cut).toBe(true);
    if (bytes(new Set(plan.keys())) <= budget + more)
      expect(stepsToKeep(plan, images, budget + more).size).toBe(plan.length);
  });
});

test('counts unexecuted steps as saved, weighted by multiplications', () => {
  const plan = compile(networks.tiny.build([16, 16, 3], 10));
  const macs = new Map([
    ['conv1', 10],
    ['conv2', 20],
    ['conv3', 30],
    ['conv4', 40],
  ]);
  const index = (id: string) => plan.findIndex(({ node }) => node.id === id);
  expect(savedShare(plan, new Set(plan.keys()), macs)).toBe(0);
  expect(savedShare(plan, new Set(), macs)).toBe(1);
  expect(savedShare(plan, new Set([index('conv4'), index('pool')]), macs)).toBeCloseTo(0.6, 12);
});

describeBackends('PrefixCache', () => {
  test('never holds more than its budget, and disposes everything', () => {
    const rng = createRng(1);
    const start = tf.memory().numTensors;
    const cache = new PrefixCache(400);
    const keep = new Set([0, 1, 2, 3]);
    const live = new Map<string, number>();
    for (let i = 0; i < 300; i++) {
      const [batch, step, size] = [rng.integer(3), rng.integer(5), 1 + rng.integer(60)];
      const memo = cache.batch(batch, keep);
      const tensor = tf.zeros([size]);
      const before = tf.memory().numTensors;
      if (memo.offer(step, i, tensor)) {
        expect(step).toBeLessThan(4);
        expect(memo.get(step, i)).toBe(tensor);
        live.set(`${batch}/${step}`, size * 4);
      } else {
        tensor.dispose();
        expect(memo.get(step, i)).toBeUndefined();
      }
      expect(memo.get(step, -1)).toBeUndefined();
      expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
      expect([...live.values()].reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(400);
      expect(tf.memory().numTensors - start).toBe(live.size); // the replaced result is gone
    }
    expect(live.size).toBeGreaterThan(3);
    expect(cache.heldBytes).toBe([...live.values()].reduce((a, b) => a + b, 0));
    cache.dispose();
    expect(tf.memory().numTensors).toBe(start);
    const again = tf.zeros([100]);
    expect(cache.batch(0, keep).offer(0, 1, again)).toBe(true); // the whole budget is free again
    cache.dispose();
  });
});
