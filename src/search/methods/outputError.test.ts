import { beforeAll, expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import { withCalibration } from '../../quant/registry';
import { relativeOutputErrors } from '../../train/outputError';
import { programOf, staysWithin } from '../allocation/program';
import { roundingDifference } from '../allocation/roundingError';
import type { TableInside } from '../insides';
import { colorProblem, earlierOf, runAll } from '../problem.testing';
import { type Space, vectorOf } from '../space';

beforeAll(() => useBackend('wasm'));

/** All vectors of a space. */
function vectorsOf({ layers }: Space): number[][] {
  return layers.reduce<number[][]>(
    (vectors, { choices }) => vectors.flatMap((vector) => choices.map((_, c) => [...vector, c])),
    [[]],
  );
}

const limited = async () => {
  const { space } = await colorProblem();
  const numbers = space.layers.reduce((sum, { weights }) => sum + weights, 0);
  return { limits: [{ measure: 'weights', most: Math.floor(2.6 * numbers) } as const] };
};

test('takes the policy of the least sum of output errors within a limit, before any label', async () => {
  const options = await limited();
  const problem = await colorProblem(options);
  const { space, training } = problem;
  const { network, dataset, scheme } = training;
  const changes = (layer: ReturnType<typeof layersOf>[number]) =>
    [1, 2, 3, 4, 8].map((bits) => roundingDifference(network, layer, scheme, bits as 1));
  const errors = await relativeOutputErrors(network, dataset, changes, { images: 24, worked: async () => {} });
  const harm = (vector: readonly number[]) =>
    layersOf(network).reduce((sum, { id }, l) => sum + (errors.get(id) as number[])[vector[l]], 0);
  const program = programOf(space);
  const within = vectorsOf(space).filter((vector) => staysWithin(program, program.room, vector));
  const least = Math.min(...within.map(harm));
  const { reports, result } = await runAll('outputError', problem, { images: 24 });
  expect(harm(vectorOf(space, result?.policy as BitPolicy) as number[]) / least).toBeCloseTo(1, 6);
  expect(reports.map(({ spent }) => spent)).toMatchObject([
    { forward: 24, backward: 0, evaluations: 0 },
    { forward: 48, backward: 0, evaluations: 1 },
  ]);
  // Resumed after the errors, it does not measure them again.
  const kept = earlierOf(reports.slice(0, 1));
  const resumed = await runAll('outputError', await colorProblem(options, kept), { images: 24 }, { from: kept });
  expect(resumed.result?.policy).toEqual(result?.policy);
  expect(resumed.reports.map(({ spent }) => spent.forward)).toEqual([48]);
});

test('under improved rounding the errors are those of the kept codes, layer by layer', async () => {
  const grid = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const seen = { correction: 'batchNorm', images: 24 } as const;
  const plain = withCalibration(grid, seen);
  const scheme = withCalibration({ ...grid, range: 'hessian' }, { ...seen, rounding: 'gptq', independent: true });
  const options = { ...(await limited()), scheme };
  const problem = await colorProblem(options);
  const { network, calibrated } = problem.training;
  const { reports, result } = await runAll('outputError', problem);
  const nodes = layersOf(network);
  const told = reports.map(({ inside }) => inside as TableInside | undefined);
  expect(told.slice(0, nodes.length).map((inside) => inside?.layers.filter(isKnown).length)).toEqual(
    nodes.map((_, l) => l + 1),
  );
  for (const [l, node] of nodes.entries()) {
    const { bits, values } = (told[nodes.length - 1] as TableInside).layers[l];
    const own = await calibrated.keptCodes(scheme).relativeErrors(node, bits, async () => {});
    expect(values).toEqual(own);
    const nearest = await calibrated.keptCodes(plain).relativeErrors(node, bits, async () => {});
    for (const [i, error] of own.entries()) expect(error).toBeLessThanOrEqual(nearest[i]);
  }
  // Its choice costs the codes' images once and one measurement, also when it is resumed between two layers.
  expect(reports.map(({ spent }) => spent.forward)).toEqual([...nodes.map(() => 24), 24 + 48]);
  const kept = earlierOf(reports.slice(0, 1));
  const resumed = await runAll('outputError', await colorProblem(options, kept), {}, { from: kept });
  expect(resumed.result?.policy).toEqual(result?.policy);
  expect(resumed.reports).toHaveLength(reports.length - 1);
});

const isKnown = ({ values }: TableInside['layers'][number]) => values.every((value) => !Number.isNaN(value));

test('activations get the most bits that go with each width', async () => {
  const { result } = await runAll(
    'outputError',
    await colorProblem({ allowed: { weights: [2, 4], activations: [2, 8], locks: {} } }),
    { images: 24 },
  );
  const [stem, ...others] = Object.values(result?.policy as BitPolicy);
  expect(stem).toEqual({ weights: 4, activations: 32 });
  expect(others.every(({ activations }) => activations === 8)).toBe(true);
});
