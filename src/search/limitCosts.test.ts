// Limits of a board against what policies take on it.
import { expect, test } from 'vitest';
import { deviceMemory } from '../device/costs';
import { type CostTable, sumIn } from '../device/costTable';
import { deviceOf } from '../device/devices';
import { type LatencyModel, latencyModel, latencyMs } from '../device/latency';
import { shippedNetwork } from '../formats/export/witness.testing';
import { packedBytes } from '../formats/packed';
import { uniformPolicy } from '../graph/policy';
import { tiesOf } from '../graph/ties';
import { createRng } from '../math/rng';
import { spread } from '../optim/groups';
import { solveWithinLimits } from '../optim/knapsackLimits';
import type { QuantScheme } from '../quant/registry';
import { programOf } from './allocation/program';
import { frontCost } from './limitCosts';
import {
  type Allowed,
  costsOfVector,
  createSpace,
  fits,
  LimitError,
  leastWithin,
  policyOf,
  type SearchLimit,
  vectorOf,
} from './space';

const network = shippedNetwork('resnet8', 'emoji10');
const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const allowed: Allowed = { weights: [0, 2, 3, 4, 5, 8, 32], activations: [4, 8], locks: {} };
const images = {
  ...{ label: 'Emoji-10', classes: ['dog', 'cat'] },
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] },
};
const device = deviceOf('nucleo-l4r5zi');
const limits: SearchLimit[] = [
  { measure: 'flash', most: 84_000 },
  { measure: 'ram', most: 52 * 1024 },
  { measure: 'latency', most: 400_000, device: device.id },
];
const space = createSpace(network, scheme, allowed, limits, images);
const rng = createRng(2);
const draw = () => space.layers.map(({ choices }) => rng.integer(choices.length));
const ms = (vector: readonly number[]) =>
  latencyMs(device, latencyModel(device) as LatencyModel, network, policyOf(space, vector));

test('sums of layers bound a file from above, and decide as its exact cost does', () => {
  let kept = 0;
  for (let i = 0; i < 60; i++) {
    const vector = draw();
    const { flash, ram } = deviceMemory(network, policyOf(space, vector), scheme, images);
    const [bytes] = costsOfVector(space, vector);
    expect(bytes + limits[0].most - space.room[0]).toBeGreaterThanOrEqual(flash);
    const isWithin = flash <= limits[0].most && ram <= limits[1].most && ms(vector) <= 400;
    // Sums of skipped layers are well above the file; nothing else is refused that fits.
    if (fits(space, vector)) expect(isWithin).toBe(true);
    else if (!Object.values(policyOf(space, vector)).some(({ weights }) => weights === 0)) expect(isWithin).toBe(false);
    kept += Number(fits(space, vector));
  }
  expect(kept).toBeGreaterThan(5);
});

test('what the exact solver finds under three limits keeps them all', () => {
  const { costs, room } = programOf(space);
  for (let i = 0; i < 10; i++) {
    const layers = costs.map((layer) => layer.map((cost) => ({ penalty: rng.uniform(), costs: cost })));
    const { choices } = solveWithinLimits(layers, room);
    const { flash, ram } = deviceMemory(network, policyOf(space, choices), scheme, images);
    expect(flash).toBeLessThanOrEqual(limits[0].most);
    expect(ram).toBeLessThanOrEqual(limits[1].most);
    expect(ms(choices)).toBeLessThanOrEqual(400);
  }
});

const { layers } = space;
const table: CostTable = {
  name: 'own',
  rows: layers.flatMap(({ id, macs }) => [
    { layer: id, weights: 4, activations: 'any', ms: macs / 3e6, mJ: macs / 1e7 },
    { layer: id, weights: 8, activations: 'any', ms: macs / 2e6, mJ: macs / 1e7 },
  ]),
};

test('the sums of an own table are limits, exact to a nanosecond', () => {
  const few = { ...allowed, weights: [0, 4, 8] } as const;
  const own: SearchLimit[] = [
    { measure: 'latency', most: 5300, table },
    { measure: 'energy', most: 1200, table },
  ];
  const within = createSpace(network, scheme, few, own, images);
  const { costs, room } = programOf(within);
  for (let i = 0; i < 10; i++) {
    const policy = policyOf(
      within,
      within.layers.map(({ choices }) => rng.integer(choices.length)),
    );
    const vector = vectorOf(within, policy) as number[];
    const { sum = 0 } = sumIn(table, 'ms', policy);
    const [micros] = costsOfVector(within, vector);
    expect(Math.abs(micros - 1000 * sum)).toBeLessThan(layers.length / 1024);
    const keeps = fits(within, vector);
    expect(keeps).toBe(1000 * sum < 5300 && 1000 * (sumIn(table, 'mJ', policy).sum as number) < 1200);
    const choices = costs.map((layer) => layer.map((cost) => ({ penalty: rng.uniform(), costs: cost })));
    const solved = policyOf(within, solveWithinLimits(choices, room).choices);
    expect(sumIn(table, 'ms', solved).sum).toBeLessThanOrEqual(5.3);
    expect(sumIn(table, 'mJ', solved).sum).toBeLessThanOrEqual(1.2);
  }
  // Widths change what a table says, so that it is an axis of fronts.
  const cost = frontCost({ architecture: network, scheme, images }, own);
  const policy = policyOf(
    within,
    within.layers.map(() => 1),
  );
  expect(cost(policy)).toBe(sumIn(table, 'ms', policy).sum);
});

test('the least cost within other limits is above the least of all', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const least = (...others: SearchLimit[]) =>
    leastWithin(
      createSpace(network, scheme, { ...allowed, weights: [4, 8] }, [{ measure: 'memory', most }, ...others], images),
    );
  const ram: SearchLimit = { measure: 'ram', most: 51_300 };
  expect(least()).toBe(packedBytes(network, uniformPolicy(network, 4, 8), scheme));
  // TFLM's kernels unpack INT4, for which there is no room in the largest layers; CMSIS-NN's do not.
  expect(least(ram)).toBeGreaterThan(1.2 * least());
  expect(least({ ...ram, device: device.id })).toBe(least());
});

test('the least cost within other limits has one width per group of layers', () => {
  const own: SearchLimit[] = [
    { measure: 'memory', most: Number.MAX_SAFE_INTEGER },
    { measure: 'ram', most: 51_300 },
  ];
  const few = { weights: [4, 8], activations: [8], locks: {} } as const;
  const free = createSpace(network, scheme, few, own, images);
  const tied = createSpace(network, scheme, { ...few, ties: tiesOf(network, 'blocks') }, own, images);
  const vectors = Array.from({ length: 2 ** tied.groups.length }, (_, i) =>
    spread(
      tied.groups,
      tied.groups.map((_, g) => (i >> g) & 1),
    ),
  );
  const sizes = vectors
    .filter((vector) => fits(tied, vector))
    .map((vector) => packedBytes(network, policyOf(tied, vector), scheme));
  expect(leastWithin(tied)).toBe(Math.min(...sizes));
  expect(leastWithin(tied)).toBeGreaterThan(leastWithin(free));
});

test('a table is named that lacks widths, or is of another network', () => {
  const within = (weights: Allowed['weights'], other = table) =>
    createSpace(network, scheme, { ...allowed, weights }, [{ measure: 'latency', most: 1000, table: other }], images);
  expect(() => within([4, 8])).toThrow(/1.00 ms cannot be met.*takes 4.17 ms to 6.25 ms/);
  expect(() => within([3, 4])).toThrow('The table "own" has no ms of stem at 3/32, ');
  const rows = table.rows.map((row) => ({ ...row, layer: row.layer.replace('fc', 'dense') }));
  expect(() => within([4], { name: 'own', rows })).toThrow('it lacks the layers fc; the network has no layers dense.');
});

test('limits that nothing keeps, floats and unknown latencies are named', () => {
  const within = (limit: SearchLimit, more?: Partial<Allowed>) => () =>
    createSpace(network, scheme, { ...allowed, ...more }, [limit], images);
  const few = { weights: [4, 8] } as const;
  expect(within({ measure: 'ram', most: 40_000 }, few)).toThrow(LimitError);
  expect(within({ measure: 'ram', most: 40_000 }, few)).toThrow(/39.1 KB cannot be met.*takes 50.1 KB to 52.3 KB/);
  expect(within({ ...limits[2], most: 100_000 }, few)).toThrow(/100 ms cannot be met.*takes 3\d\d ms/);
  // INT4 everywhere saves flash, and takes more RAM than there is.
  const both = [
    { measure: 'flash' as const, most: 62_000 },
    { measure: 'ram' as const, most: 51_300 },
  ];
  const space = () => createSpace(network, scheme, { ...allowed, ...few }, both, images);
  expect(space).toThrow('No config keeps all limits: flash 60.5 KB (at best 56.0 KB), RAM 50.1 KB (at best 50.1 KB).');
  expect(within(limits[0], { activations: [32] })).toThrow('let activations have 8 bits');
  expect(within({ ...limits[2], device: 'pynq-z2' })).toThrow('No latencies are known of pynq-z2');
});
