import { beforeEach, describe, expect, it } from 'vitest';
import type { SensitivityEntry, SensitivityTable } from '../engine/protocol/measuring';
import { layersOf } from '../graph/network';
import { BIT_WIDTHS, FLOAT, uniformPolicy } from '../graph/policy';
import { pairedDifference, wilson } from '../math/statistics';
import { type Desk, initialDesk, type MeasuredPoint } from './desk';
import { withBits } from './policyEdits';
import {
  cloudHere,
  contextOf,
  estimatedAccuracy,
  estimatorHere,
  floatAccuracy,
  headline,
  inspectedLayer,
  isTrusted,
  pointsHere,
  tableHere,
} from './selectors';

function tableFor({ architecture, networkId, datasetId, scheme }: Desk): SensitivityTable {
  const entries: SensitivityEntry[] = layersOf(architecture).flatMap(({ id: layer }) =>
    (['weights', 'activations'] as const).flatMap((tensor) =>
      BIT_WIDTHS.filter((bits) => bits !== FLOAT).map((bits) => ({
        layer,
        tensor,
        bits,
        lossIncrease: 2 ** -bits,
        accuracyChange: -(2 ** -bits) / 4,
      })),
    ),
  );
  const ids = { network: networkId, dataset: datasetId, scheme };
  return { ...ids, fingerprint: '1', images: 256, floatLoss: 0.3, floatAccuracy: 0.9, entries };
}

let desk: Desk;
const network = (fingerprint: string): Desk['network'] => ({
  id: 'resnet8',
  dataset: 'emoji10',
  architecture: desk.architecture,
  checkpoint: { origin: 'shipped', recipe: '' },
  fingerprint,
});
const point = (policy: Desk['policy'], correct: number, n = 100): MeasuredPoint => ({
  context: contextOf(desk),
  policy,
  accuracy: wilson(correct, n),
  loss: 1 - correct / n,
  againstFloat: pairedDifference(2, 7, n),
});

beforeEach(() => {
  desk = initialDesk();
  desk = { ...desk, network: network('1') };
});

describe('headline', () => {
  it('says nothing before anything is known', () => {
    expect(headline(desk)).toEqual({ source: 'none' });
  });
  it('prefers a measurement to an estimate, and the one with more images', () => {
    desk = { ...desk, sensitivity: tableFor(desk) };
    expect(headline(desk).source).toBe('estimated');
    desk = { ...desk, measured: [point(desk.policy, 80)] };
    expect(headline(desk)).toMatchObject({ source: 'measured', accuracy: { value: 0.8, n: 100 } });
  });
  it('uses only measurements of these weights', () => {
    desk = { ...desk, measured: [point(desk.policy, 80)] };
    desk = { ...desk, network: network('2') };
    expect(pointsHere(desk)).toEqual([]);
    expect(headline(desk).source).toBe('none');
    desk = { ...desk, network: network('1') };
    expect(headline(desk)).toMatchObject({ source: 'measured', accuracy: { value: 0.8 } });
  });
  it('takes the stage under way only of these weights and this scheme', () => {
    const { policy, scheme } = desk;
    const stage = {
      accuracy: wilson(50, 64),
      againstFloat: pairedDifference(0, 1, 64),
      fingerprint: '1',
      final: false,
    };
    // As it comes from the worker: equal, and another object.
    const current = { ...stage, policy: { ...policy }, scheme: { ...scheme } } as Desk['current'];
    desk = { ...desk, current };
    expect(headline(desk)).toMatchObject({ source: 'measured', accuracy: { n: 64 } });
    expect(headline({ ...desk, network: network('2') }).source).toBe('none');
    expect(headline({ ...desk, network: null }).source).toBe('none');
    expect(headline({ ...desk, scheme: { quantizer: 'affine', granularity: 'tensor' } }).source).toBe('none');
  });
});

describe('estimate', () => {
  it('falls with the bits', () => {
    desk = { ...desk, sensitivity: tableFor(desk) };
    const at = (bits: 2 | 4 | 8) =>
      estimatedAccuracy(desk, withBits(desk.policy, 'weights', new Map([['1a', bits]]))) as number;
    expect(at(8)).toBeGreaterThan(at(4));
    expect(at(4)).toBeGreaterThan(at(2));
  });
  it('is hidden when it disagrees with what was measured', () => {
    desk = { ...desk, sensitivity: tableFor(desk) };
    const policies = ([8, 6, 5, 4, 3, 2] as const).map((bits) =>
      withBits(desk.policy, 'weights', new Map(layersOf(desk.architecture).map(({ id }) => [id, bits]))),
    );
    desk = { ...desk, measured: policies.map((policy, i) => point(policy, 50 + i * 5)) };
    const estimator = estimatorHere(desk);
    expect(estimator && isTrusted(estimator)).toBe(false);
    expect(estimatedAccuracy(desk, uniformPolicy(desk.architecture, 1, 2))).toBeUndefined();
  });
});

describe('float accuracy', () => {
  it('follows from a paired measurement', () => {
    desk = { ...desk, measured: [point(desk.policy, 80)] };
    expect(floatAccuracy(desk)?.value).toBeCloseTo(0.85);
  });
});

describe('shipped results', () => {
  it('are those of the network and the images in use, never of the ones before', () => {
    const cloud = [{ policy: desk.policy, accuracy: wilson(90, 100), loss: 0.3 }];
    const shipped = { origin: '', scheme: desk.scheme, sensitivity: tableFor(desk), cloud };
    desk = { ...desk, shipped };
    expect(cloudHere(desk)).toEqual(cloud);
    expect(cloudHere({ ...desk, networkId: 'tiny' })).toEqual([]);
    expect(cloudHere({ ...desk, datasetId: 'cifar10' })).toEqual([]);
  });
  it('are shown until the weights are there, and then of these weights only, wherever they are said to come from', () => {
    const cloud = [{ policy: desk.policy, accuracy: wilson(90, 100), loss: 0.3 }];
    desk = { ...desk, shipped: { origin: '', scheme: desk.scheme, sensitivity: tableFor(desk), cloud } };
    expect(cloudHere({ ...desk, network: null })).toEqual(cloud);
    expect(cloudHere(desk)).toEqual(cloud);
    expect(tableHere(desk)?.origin).toBe('shipped');
    for (const origin of ['shipped', 'trained'] as const) {
      const other = { ...(network('2') as NonNullable<Desk['network']>), checkpoint: { origin, recipe: '' } };
      expect(cloudHere({ ...desk, network: other })).toEqual([]);
      expect(tableHere({ ...desk, network: other })).toBeNull();
    }
  });
});

describe('the inspected layer', () => {
  it('is the one touched last, else the one selected last, else the first', () => {
    const [first, second, third] = layersOf(desk.architecture).map(({ id }) => id);
    expect(inspectedLayer(desk)).toBe(first);
    expect(inspectedLayer({ ...desk, selection: [first, third] })).toBe(third);
    expect(inspectedLayer({ ...desk, selection: [first, third], inspected: second })).toBe(second);
  });
  it('is never one of a network that was left', () => {
    const [first] = layersOf(desk.architecture);
    expect(inspectedLayer({ ...desk, selection: ['elsewhere'], inspected: 'elsewhere' })).toBe(first.id);
  });
});
