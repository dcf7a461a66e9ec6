// Runs a method on a problem with two tied layers, for tests.
import { expect } from 'vitest';
import { FLOAT } from '../graph/policy';
import { colorProblem, QUICK, runAll } from './problem.testing';
import type { SearchId } from './registry';

/** All that a method measures and chooses keeps the tie. */
export async function keepsTies(method: SearchId): Promise<void> {
  const given = { weights: [2, 4, 8], activations: [FLOAT], locks: {}, ties: [['block', 'next']] } as const;
  const free = await colorProblem({ allowed: given });
  free.dispose();
  const most = 3.3 * free.space.layers.reduce((sum, { weights }) => sum + weights, 0);
  const problem = await colorProblem({ allowed: given, limits: [{ measure: 'weights', most }] });
  const { reports, result } = await runAll(method, problem, QUICK[method]);
  const policies = [...reports.map(({ point }) => point?.policy), result?.policy, result?.control];
  for (const policy of policies) if (policy) expect(policy.block.weights).toBe(policy.next.weights);
  expect(policies.length).toBeGreaterThan(1);
}
