// MTGP against random search on a table of real measurements: 170 policies of ResNet-8 on CIFAR-10 at three amounts of
// fine-tuning (resnet8.testing.csv, scripts/tabulate.ts). Cost is the evaluator's charge, images forward and backward.
import { expect, test } from 'vitest';
import { createRng, shuffle } from '../../math/rng';
import { RULES } from '../methods/mtgp';
import { MtgpSearch } from './mtgpSearch';
import { readTable, tableEncoding, tableProblem, tableSpace, targetAccuracy } from './table.testing';

const table = readTable();
const space = tableSpace(table);
const encoding = tableEncoding(table, space);
const target = table.steps.length - 1;
const atTarget = table.rows.map(({ correct }) => correct[target] / table.images);
const best = Math.max(...atTarget);
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Regret of MTGP: accuracy of the table's best policy minus that of its choice. */
async function mtgpRegret(seed: number, images: number): Promise<number> {
  const problem = tableProblem(table, seed, images);
  const run = new MtgpSearch(
    problem,
    { ...RULES.own, inference: 'most probable', steps: table.steps, every: 5, bitPrice: 0, batch: 1 },
    encoding,
  ).run();
  for (;;) {
    const { value, done } = await run.next();
    if (!done) continue;
    const { forward, backward } = problem.ledger.spent;
    expect(forward + backward).toBeLessThanOrEqual(images);
    return best - targetAccuracy(table, space, value.policy);
  }
}

const shuffled = (seed: number) =>
  shuffle(
    table.rows.map((_, i) => i),
    createRng(seed),
  );

/** Regret of random policies, all measured at the target. */
function randomRegret(seed: number, images: number): number {
  const count = Math.floor(images / table.costs[target]);
  return (
    best -
    Math.max(
      ...shuffled(seed)
        .slice(0, count)
        .map((i) => atTarget[i]),
    )
  );
}

test('the table is complete: 170 policies within the limit, three tasks of rising cost and accuracy', () => {
  expect(new Set(table.rows.map(({ bits }) => bits)).size).toBe(170);
  expect(table.steps).toEqual([0, 20, 80]);
  // 512 images; 32 batches of 16 for batch norms; and each step forward and backward.
  expect(table.costs).toEqual([512, 512 + 16 * (2 * 20 + 32), 512 + 16 * (2 * 80 + 32)]);
  const means = table.steps.map((_, task) => table.rows.reduce((sum, { correct }) => sum + correct[task], 0) / 170);
  expect(means[0]).toBeLessThan(means[1]);
  expect(means[1]).toBeLessThan(means[2]);
});

test('MTGP beats random search in median simple regret over 20 seeds at equal cost', async () => {
  const images = 6 * table.costs[target];
  const regrets: number[] = [];
  for (const seed of SEEDS) regrets.push(await mtgpRegret(seed, images));
  const random = SEEDS.map((seed) => randomRegret(seed, images));
  expect(median(regrets)).toBeLessThan(median(random));
});
