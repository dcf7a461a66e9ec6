import { beforeEach, describe, expect, test } from 'vitest';
import { policyCost } from '../graph/cost';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { costsOf } from './costs';
import { desk, initialDesk } from './desk';
import { setPolicy, typeBits } from './policyActions';
import { imagesPerEvaluation } from './searchFields';
import {
  budgetInUnits,
  limitValue,
  limitWords,
  lockableLayers,
  lockedLayers,
  lockSelected,
  runName,
  setSearchForm,
  setSearchOption,
  settingFrom,
  toggleLock,
  unlockAll,
} from './searchForm';

beforeEach(() => desk.setState(initialDesk('tiny')));
const setting = () => settingFrom(desk.getState());
const now = () => desk.getState();

describe('the setting of a run', () => {
  test('limits memory to what 4-bit weights take, until a person says otherwise', () => {
    const { architecture, scheme } = now();
    const four = costsOf(architecture, uniformPolicy(architecture, 4, 8), scheme).memory;
    const [{ measure, most }] = setting().limits;
    expect(measure).toBe('memory');
    expect(most).toBeGreaterThanOrEqual(four);
    expect(most).toBeLessThan(four + 200);
    setSearchForm({ limits: { ...now().searchForm.limits, memory: 64 } });
    expect(setting().limits).toEqual([{ measure: 'memory', most: 65_536 }]);
    expect(runName(now(), { label: 'MTGP' })).toBe('MTGP · 64.0 KB · seed 1');
  });

  test('compression is a limit on bits of weights; BitOps are counted in millions; none is none', () => {
    setSearchForm({ limitKind: 'compression', limits: { memory: null, compression: 16, bitOps: 120 } });
    const [{ measure, most }] = setting().limits;
    const two = policyCost(now().architecture, uniformPolicy(now().architecture, 2, FLOAT));
    expect({ measure, most }).toEqual({ measure: 'weights', most: 8 * two.weightBytes });
    setSearchForm({ limitKind: 'bitOps' });
    expect(setting().limits).toEqual([{ measure: 'bitOps', most: 120e6 }]);
    expect(limitWords(now())).toBe('120 M BitOps');
    setSearchForm({ limitKind: 'none' });
    expect(setting().limits).toEqual([]);
    expect(limitValue(now())).toBeNaN();
  });

  test('allows the widths of the scheme only', () => {
    desk.setState({ scheme: { quantizer: 'ttq', granularity: 'tensor' } });
    expect(setting().allowed).toEqual({ weights: [2], activations: [8], locks: {} });
    setSearchForm({ activations: 'searched' });
    expect(setting().allowed.activations).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test('keeps locked layers as they are on the faders, until they are unlocked', () => {
    desk.setState({ selection: ['fc'] });
    expect(setting().allowed.locks).toEqual({});
    lockSelected();
    desk.setState({ selection: ['conv1', 'fc'] });
    expect(lockableLayers(now())).toEqual(['conv1']);
    lockSelected();
    // What is selected later is another matter.
    desk.setState({ selection: ['conv2'] });
    const { conv1, fc } = now().policy;
    expect(setting().allowed.locks).toEqual({ conv1, fc });
    setPolicy({ ...now().policy, fc: { weights: 3, activations: 8 } });
    expect(setting().allowed.locks).toEqual({ conv1, fc: { weights: 3, activations: 8 } });
    toggleLock('conv1');
    expect(lockedLayers(now())).toEqual(['fc']);
    expect(typeBits('conv2', 'weights', 'l')).toBe(true);
    expect(lockedLayers(now())).toEqual(['conv2', 'fc']);
    unlockAll();
    expect(setting().allowed.locks).toEqual({});
  });

  test('locks of another network do not count', () => {
    setSearchForm({ locked: ['fc', 'stage1.block1.conv1'] });
    expect(Object.keys(setting().allowed.locks)).toEqual(['fc']);
  });

  test('has the options of its method alone', () => {
    setSearchOption('rank', 3);
    expect(setting().options).toEqual({ rank: 3 });
    setSearchForm({ method: 'other' as never });
    expect(setting().options).toEqual({});
  });

  test('starts from the faders when asked to', () => {
    expect(setting().seeds).toEqual([]);
    setSearchForm({ useMine: true });
    expect(setting().seeds).toEqual([now().policy]);
  });
});

test('a budget is told in the other units by the speed measured here', () => {
  expect(budgetInUnits(now())).toEqual({ evaluations: 60, images: 60 * 256, minutes: Number.NaN });
  desk.setState({ imagesPerSecond: 256 });
  expect(budgetInUnits(now()).minutes).toBe(1);
  setSearchForm({ budgetKind: 'minutes', budgets: { ...now().searchForm.budgets, minutes: 2 }, steps: 10 });
  expect(imagesPerEvaluation(now().searchForm)).toBe(256 + 640);
  expect(budgetInUnits(now())).toEqual({ evaluations: Math.floor((120 * 256) / 896), images: 120 * 256, minutes: 2 });
});
