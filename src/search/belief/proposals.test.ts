import { describe, expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { informationGains } from '../../optim/acquisition';
import { predict } from '../../optim/gp';
import { believe, type Measured } from './belief';
import { type Known, plausible, proposeBelow, proposeTarget } from './proposals';

/** Accuracy falls along the first coordinate; at task 0 chance hides the trend in accuracy but not in cross-entropy. */
function measure(x: number, y: number, task: number): Measured {
  const accuracy = task === 0 ? 0.1 : 0.8 - 0.3 * x - 0.02 * task;
  return { vector: [x, y], input: [x, y], task, accuracy, loss: Math.exp(task === 0 ? 4 * x : x) };
}

const rng = createRng(1);
const candidates = Array.from({ length: 40 }, () => [rng.uniform(), rng.uniform()]).map((input) => ({
  vector: input,
  input,
}));
const measured = Array.from({ length: 9 }, (_, i) => measure(rng.uniform(), rng.uniform(), i < 6 ? i % 2 : 2));
const form = { kernel: 'matern52', rank: 1, agreeing: true, meanPerTask: true } as const;
const OPTIONS = { form, lower: 'loss', inference: 'most probable' } as const;
const never: Known = () => false;

test('sampled models are averaged over: their means, their variances and how far they disagree, and their information', () => {
  const options = { form: { kernel: 'rbf', uniform: true }, lower: 'accuracy', inference: 'sampled' } as const;
  const belief = believe(measured, 3, options, 4);
  expect(belief.posteriors).toHaveLength(8);
  const points = candidates.map(({ input }) => ({ input, task: 2 }));
  const each = belief.posteriors.map((posterior) => predict(posterior, points));
  const { mean, sd } = belief.at(candidates);
  for (const i of candidates.keys()) {
    const average = each.reduce((sum, own) => sum + own.mean[i], 0) / 8;
    expect(mean[i]).toBeCloseTo(average, 9);
    const within = each.reduce((sum, own) => sum + own.variance[i], 0) / 8;
    const between = each.reduce((sum, own) => sum + (own.mean[i] - average) ** 2, 0) / 8;
    expect(sd[i] ** 2).toBeCloseTo(within + between, 9);
  }
  const inputs = candidates.map(({ input }) => input);
  const nats = belief.posteriors.map((posterior) => informationGains(posterior, inputs, [0, 1], 2));
  const { gains } = proposeBelow(belief, candidates, [1, 1, 1], never);
  for (const task of [0, 1]) {
    const all = inputs.map((_, i) => nats.reduce((sum, own) => sum + own[task][i], 0) / 8);
    expect(gains[task]).toBeCloseTo(Math.max(...all), 9);
  }
  expect(believe(measured, 3, options, 4).model).toEqual(belief.model);
  for (const { model } of belief.posteriors) {
    for (const length of model.lengthscales) expect(length > 0.05 && length < 0.5).toBe(true);
    expect(model.noise[0] > 0.05 && model.noise[0] < 0.3 && model.mean[0] > 0 && model.mean[0] < 1).toBe(true);
  }
});

test('cross-entropy distinguishes policies whose accuracy is at chance', () => {
  const rough = [measure(0.1, 0.5, 1), ...[0.05, 0.3, 0.5, 0.7, 0.95].map((x) => measure(x, 0.5, 0))];
  const [good, bad] = [0.1, 0.9].map((x) => ({ vector: [x, 0.5], input: [x, 0.5] }));
  const gap = (lower: 'loss' | 'accuracy') => {
    const { mean } = believe(rough, 2, { form, lower, inference: 'most probable' }, 3).at([good, bad]);
    return mean[0] - mean[1];
  };
  expect(gap('loss')).toBeGreaterThan(0.1);
  expect(gap('accuracy')).toBeLessThan(gap('loss') / 2);
});

test('a belief is in units of accuracy and deterministic for a seed', () => {
  const belief = believe(measured, 3, OPTIONS, 4);
  const { mean, sd } = belief.at(candidates);
  for (const [i, { input }] of candidates.entries()) {
    expect(Math.abs(mean[i] - measure(input[0], 0, 2).accuracy)).toBeLessThan(0.1);
    expect(sd[i]).toBeGreaterThan(0);
  }
  expect(belief.correlation[0][2]).toBeGreaterThan(0);
  expect(believe(measured, 3, OPTIONS, 4).model).toEqual(belief.model);
});

describe('proposals', () => {
  const belief = believe(measured, 3, OPTIONS, 4);
  const inputs = candidates.map(({ input }) => input);
  const nats = informationGains(belief.posteriors[0], inputs, [0, 1], 2);

  test('below the target maximize information per cost over tasks and candidates jointly', () => {
    for (const costs of [
      [1, 1, 9],
      [1, 50, 90],
      [50, 1, 90],
    ]) {
      const all = nats.flatMap((row, task) => [...row].map((gain, i) => ({ gain: gain / costs[task], task, i })));
      const best = all.reduce((a, b) => (b.gain > a.gain ? b : a));
      const { proposal, gains } = proposeBelow(belief, candidates, costs, never);
      expect(proposal).toEqual({ ...candidates[best.i], task: best.task });
      expect(gains).toEqual([...nats.map((row, task) => Math.max(...row) / costs[task]), 0]);
    }
  });

  test('exclude candidates that can no longer be the best', () => {
    const { mean, sd } = belief.at(candidates);
    const best = mean.indexOf(Math.max(...mean));
    const left = plausible(belief, candidates, 1);
    expect(left).toContain(candidates[best]);
    expect(left.length).toBeLessThan(candidates.length);
    for (const [i, candidate] of candidates.entries())
      if (!left.includes(candidate)) expect(mean[i] + sd[i]).toBeLessThan(mean[best]);
    expect(plausible(belief, candidates, Number.POSITIVE_INFINITY)).toEqual(candidates);
  });

  test('never repeat a measurement, and end when all are measured', () => {
    const costs = [1, 2, 9];
    const { proposal } = proposeBelow(belief, candidates, costs, never);
    const next = proposeBelow(
      belief,
      candidates,
      costs,
      (c, task) => c.vector === proposal?.vector && task === proposal.task,
    );
    expect(next.proposal).toBeDefined();
    expect(next.proposal).not.toEqual(proposal);
    expect(proposeBelow(belief, candidates, costs, () => true)).toEqual({ gains: [0, 0, 0] });
    expect(proposeBelow(belief, candidates, [5], never)).toEqual({ gains: [0] });
    const first = proposeTarget(belief, candidates, 1, never, false);
    expect(proposeTarget(belief, candidates, 1, (c, task) => task === 2 && c === first, false)).not.toBe(first);
    expect(proposeTarget(belief, candidates, 1, () => true, false)).toBeUndefined();
  });
});
