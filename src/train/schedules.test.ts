import { expect, test } from 'vitest';
import { schedules } from './schedules';

// torch.optim.lr_scheduler: CosineAnnealingLR(eta_min=0); OneCycleLR(max_lr=1, pct_start=0.25, div_factor=10,
// final_div_factor=200), whose last rate is 1 / 10 / 200.
test.each([
  ['cosine', 0, 1],
  ['cosine', 1 / 3, 0.75],
  ['cosine', 0.5, 0.5],
  ['cosine', 2 / 3, 0.25],
  ['cosine', 1, 0],
  ['one-cycle', 0, 0.1],
  ['one-cycle', 0.125, 0.55],
  ['one-cycle', 0.25, 1],
  ['one-cycle', 0.625, 0.50025],
  ['one-cycle', 1, 0.0005],
] as const)('%s at %d', (name, progress, rate) => {
  expect(schedules[name](progress)).toBeCloseTo(rate, 12);
});

test('rates stay between 0 and the peak, and do not jump', () => {
  for (const schedule of Object.values(schedules)) {
    let last = schedule(0);
    for (let i = 0; i <= 1000; i++) {
      const rate = schedule(i / 1000);
      expect(rate >= 0 && rate <= 1).toBe(true);
      expect(Math.abs(rate - last)).toBeLessThan(0.01);
      last = rate;
    }
  }
});
