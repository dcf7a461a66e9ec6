import { beforeEach, describe, expect, test } from 'vitest';
import type { SearchSettings } from '../../engine/protocol/searching';
import { layerCosts, policyCost } from '../../graph/cost';
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { createSpace, leastWithin } from '../../search/space';
import { networks } from '../../zoo/registry';
import { costsOf } from '../measure/costs';
import { setPolicy } from '../policy/actions';
import { lockableLayers, lockedLayers, lockSelected, toggleLocks, unlockAll } from '../policy/locked';
import { desk, initialDesk } from '../state/desk';
import {
  boundInField,
  budgetInUnits,
  imagesPerPolicy,
  leastAsked,
  limitValue,
  limitWords,
  offeredTies,
  runName,
  setSearchForm,
  setSearchOption,
  settingFrom,
} from './form';
import { startSearch } from './queue';

beforeEach(() => desk.setState(initialDesk('tiny')));
const setting = () => settingFrom(desk.getState());
const now = () => desk.getState();

describe('the settings of a run', () => {
  test('limit memory to the size of 4-bit weights, or to the size budget, until the user sets another limit', () => {
    const { architecture, scheme } = now();
    const four = costsOf(architecture, uniformPolicy(architecture, 4, 8), scheme).memory;
    const [{ measure, most }] = setting().limits;
    expect(measure).toBe('memory');
    expect(most).toBeGreaterThanOrEqual(four);
    expect(most).toBeLessThan(four + 200);
    desk.setState({ budget: { bytes: 20 * 1024, mode: 'warn' } });
    expect(setting().limits).toEqual([{ measure: 'memory', most: 20_480 }]);
    setSearchForm({ limits: { ...now().searchForm.limits, memory: 64 } });
    expect(setting().limits).toEqual([{ measure: 'memory', most: 65_536 }]);
    expect(runName(now(), { label: 'MTGP' })).toBe('MTGP · 64.0 KB · seed 1');
  });

  test('compression limits weight bits, BitOps are in millions, and "none" sets no limit', () => {
    setSearchForm({ limitKind: 'compression', limits: { memory: null, compression: 16, bitOps: 120 } });
    const [{ measure, most }] = setting().limits;
    const two = policyCost(now().architecture, uniformPolicy(now().architecture, 2, FLOAT));
    expect({ measure, most }).toEqual({ measure: 'weights', most: 8 * two.weightBytes });
    setSearchForm({ limitKind: 'bitOps' });
    expect(setting().limits).toEqual([{ measure: 'bitOps', most: 120e6 }]);
    expect(limitWords(now())).toBe('120 M BitOps');
    setSearchForm({ limitKind: 'loss' });
    expect(setting()).toMatchObject({ limits: [], lose: 0.01 });
    setSearchForm({ limits: { ...now().searchForm.limits, loss: 2.5 } });
    expect(setting().lose).toBe(0.025);
    expect(limitWords(now())).toBe('loses at most 2.5 points');
    setSearchForm({ limitKind: 'none' });
    expect(setting().limits).toEqual([]);
    expect(setting().lose).toBeUndefined();
    expect(limitValue(now())).toBeNaN();
  });

  test('keep the budgets of the chosen board, too', () => {
    const board = { device: 'nucleo-l4r5zi', flash: 65_536, ram: null, latencyMs: 30.5 };
    setSearchForm({ limitKind: 'none' });
    desk.setState({ board });
    expect(setting().limits).toEqual([
      { measure: 'flash', most: 65_536 },
      { measure: 'latency', most: 30_500, device: 'nucleo-l4r5zi' },
    ]);
    desk.setState({ board: { ...board, ram: 32_768 } });
    expect(setting().limits[1]).toEqual({ measure: 'ram', most: 32_768, device: 'nucleo-l4r5zi' });
    // A table's times come before the board's.
    const table = { name: 'own', rows: [{ layer: 'conv1', weights: 8, activations: 'any', ms: 1, mJ: 2 }] } as const;
    desk.setState({ board, costTable: { table, latencyMs: 1.5, energyMJ: 4 } });
    expect(setting().limits.slice(1)).toEqual([
      { measure: 'latency', most: 1500, table },
      { measure: 'energy', most: 4000, table },
    ]);
    desk.setState({ costTable: null });
    expect(limitWords(now())).toBe('no limit, on nucleo-l4r5zi');
  });

  test('allow only the widths of the scheme', () => {
    desk.setState({ scheme: { quantizer: 'ttq', granularity: 'tensor' } });
    expect(setting().allowed).toEqual({ weights: [2], activations: [8], locks: {} });
    setSearchForm({ activations: 'searched' });
    expect(setting().allowed.activations).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test('keep locked layers at their width on the faders until they are unlocked', () => {
    desk.setState({ selection: ['fc'] });
    expect(setting().allowed.locks).toEqual({});
    lockSelected();
    desk.setState({ selection: ['conv1', 'fc'] });
    expect(lockableLayers(now())).toEqual(['conv1']);
    lockSelected();
    // A later selection makes no difference.
    desk.setState({ selection: ['conv2'] });
    const { conv1, fc } = now().policy;
    expect(setting().allowed.locks).toEqual({ conv1, fc });
    setPolicy({ ...now().policy, fc: { weights: 3, activations: 8 } });
    expect(setting().allowed.locks).toEqual({ conv1, fc: { weights: 3, activations: 8 } });
    toggleLocks(['conv1']);
    expect(lockedLayers(now())).toEqual(['fc']);
    toggleLocks(['conv2']);
    expect(lockedLayers(now())).toEqual(['conv2', 'fc']);
    unlockAll();
    expect(setting().allowed.locks).toEqual({});
  });

  test('tie the layers of blocks where the network has any', () => {
    setSearchForm({ ties: 'blocks' });
    expect(setting().allowed.ties).toBeUndefined();
    expect(offeredTies(now())).toEqual(['none']);
    const architecture = networks.resnet8.build([32, 32, 3], 10);
    expect(settingFrom({ ...now(), architecture }).allowed.ties).toContainEqual(['2a', '2b', '2s']);
    expect(offeredTies({ architecture })).toEqual(['none', 'shortcuts', 'blocks']);
  });

  test('ignore locks of another network', () => {
    setSearchForm({ locked: ['fc', 'stage1.block1.conv1'] });
    expect(Object.keys(setting().allowed.locks)).toEqual(['fc']);
  });

  test('have only the options of their method', () => {
    setSearchOption('rank', 3);
    expect(setting().options).toEqual({ rank: 3 });
    setSearchForm({ method: 'other' as never });
    expect(setting().options).toEqual({});
  });

  test('start from the faders on request', () => {
    expect(setting().seeds).toEqual([]);
    setSearchForm({ useMine: true });
    expect(setting().seeds).toEqual([now().policy]);
  });
});

describe('a budget in other units', () => {
  const card = { label: '', explanation: '', source: '', options: {} };
  const searchMethods = [
    { id: 'greedy', ...card },
    { id: 'limpq', ...card, gradients: 1 },
  ] as const;
  const budget = (changes: Parameters<typeof setSearchForm>[0]) => {
    setSearchForm(changes);
    return budgetInUnits(now());
  };
  const runWith = (changes: object) => {
    startSearch();
    const [run] = now().runs;
    desk.setState({ runs: [{ ...run, ...changes }, ...now().runs.slice(1)] });
  };

  test('has a time only if every speed that it needs was measured here', () => {
    desk.setState({ searchMethods });
    const images = { evaluations: 78, images: 20_000, minutes: Number.NaN };
    expect(budget({})).toEqual(images);
    desk.setState({ imagesPerSecond: 1000 });
    expect(budget({}).minutes).toBeCloseTo(20 / 60, 9);
    expect(budget({ method: 'limpq' })).toEqual(images);
    expect(budget({ method: 'greedy', steps: 10 }).minutes).toBeNaN();
  });

  test('uses speeds of evaluation and training from runs of this network and backend, also after a reload', () => {
    const backend = { name: 'wasm', device: '', passedOver: [] } as const;
    const network = { id: 'tiny', dataset: 'emoji10', fingerprint: 'f' } as never;
    desk.setState({ searchMethods, backend, network, imagesPerSecond: 9999 });
    // 500 images per second forward, 200 of training.
    const spent = { forward: 2000, backward: 1000, evaluations: 1, seconds: 12, training: 10 };
    runWith({ spent });
    runWith({ spent: { ...spent, seconds: 1e6 }, backend: 'webgpu' });
    runWith({ spent: { ...spent, seconds: 1e6 }, network: 'resnet8' });
    expect(budget({ method: 'greedy' }).minutes).toBeCloseTo(20_000 / 500 / 60, 9);
    expect(budget({ method: 'limpq' }).minutes).toBeCloseTo(20_000 / 200 / 60, 9);
    const price = 256 + 640;
    setSearchForm({ method: 'greedy', steps: 10, budgetKind: 'minutes' });
    expect(imagesPerPolicy(now())).toBe(price + 512);
    const seconds = 256 / 500 + 512 / 500 + 640 / 200;
    expect(budgetInUnits(now()).images).toBeCloseTo((120 / seconds) * (price + 512), 6);
  });
});

test.each(['tiny', 'resnet8', 'resnet20'] as const)(
  '%s can meet the tightest limit of the form, and no tighter one',
  (id) => {
    desk.setState(initialDesk(id));
    const { architecture, scheme } = now();
    const space = ({ limits, allowed }: Pick<ReturnType<typeof setting>, 'limits' | 'allowed'>) =>
      createSpace(architecture, scheme, allowed, limits);
    for (const limitKind of ['memory', 'compression', 'bitOps'] as const)
      for (const weights of [[2, 4, 8], [1], [0, 3, 8]] as const)
        for (const activations of ['eight', 'asWeights', 'searched', 'float', 'pairs'] as const) {
          setSearchForm({ limitKind, weights, activations });
          const bound = boundInField(now(), leastWithin(space(leastAsked(now()) as SearchSettings)));
          const within = (value: number) => {
            setSearchForm({ limits: { memory: value, compression: value, bitOps: value } });
            return () => space(setting());
          };
          expect(within(bound)).not.toThrow();
          const step = limitKind === 'memory' ? 0.3 : 0.2;
          expect(within(limitKind === 'compression' ? bound + step : bound - step)).toThrow(/cannot be met/);
        }
  },
);

test('a locked layer binds its group in the tightest limit', () => {
  desk.setState(initialDesk('resnet8'));
  const { architecture, scheme, policy } = now();
  setPolicy({ ...policy, '3a': { weights: 8, activations: 8 } });
  setSearchForm({ limitKind: 'compression', weights: [2, 8], locked: ['3a'] });
  const bound = () => {
    const { allowed, limits } = leastAsked(now()) as SearchSettings;
    return boundInField(now(), leastWithin(createSpace(architecture, scheme, allowed, limits)));
  };
  const most = (eight: readonly string[]) => {
    const bits = layerCosts(architecture).map((layer) => [layer.weights, eight.includes(layer.id) ? 8 : 2]);
    const [all, taken] = bits.reduce(([n, sum], [weights, b]) => [n + weights, sum + weights * b], [0, 0]);
    return Math.floor((10 * FLOAT * all) / taken) / 10;
  };
  expect(bound()).toBe(most(['3a']));
  setSearchForm({ ties: 'shortcuts' });
  expect(bound()).toBe(most(['3a', '3s']));
  setSearchForm({ ties: 'blocks' });
  expect(bound()).toBe(most(['3a', '3b', '3s']));
});
