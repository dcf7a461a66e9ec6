import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SensitivityEntry, SensitivityTable } from '../../engine/protocol/measuring';
import type { FloatAnswers, LoadedNetwork } from '../../engine/protocol/opening';
import type { CheckpointCard } from '../../formats/checkpoint';
import { learnedKernelName } from '../../graph/learned';
import { layersOf } from '../../graph/network';
import { BIT_WIDTHS, FLOAT, samePolicy, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { withBits } from '../../policy/edits';
import type { QuantScheme } from '../../quant/registry';
import { type NetworkId, networks } from '../../zoo/registry';
import { type Desk, initialDesk, type MeasuredPoint } from '../state/desk';
import { readShipped } from '../state/shipped';
import { floatPolicy } from './costs';
import {
  cloudHere,
  contextOf,
  estimatedAccuracy,
  estimatorHere,
  floatNetwork,
  headline,
  inspectedLayer,
  isAtChance,
  isTrusted,
  latest,
  needsTraining,
  pointsHere,
  tableHere,
  unrounded,
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
  it('is empty before anything is known', () => {
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
  it('uses the current stage only for these weights and this scheme', () => {
    const { policy, scheme } = desk;
    const stage = {
      accuracy: wilson(50, 64),
      againstFloat: pairedDifference(0, 1, 64),
      fingerprint: '1',
      final: false,
    };
    // As received from the worker: equal, but another object.
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
      estimatedAccuracy(desk, withBits(desk.policy, 'weights', new Map([['1a', bits]])))?.value ?? Number.NaN;
    expect(at(8)).toBeGreaterThan(at(4));
    expect(at(4)).toBeGreaterThan(at(2));
  });
  it('is hidden when it disagrees with measurements', () => {
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

describe('float', () => {
  const float = () => floatPolicy(desk.architecture);
  const shippedWith = (accuracy: number) => {
    const cloud = [{ policy: float(), accuracy: wilson(accuracy, 100), loss: 0.3 }];
    return { origin: '', scheme: desk.scheme, sensitivity: tableFor(desk), cloud };
  };
  const trainedFrom = (answers: FloatAnswers | null) => {
    const checkpoint = { origin: 'trained', recipe: '', trainedFrom: answers } as const;
    return { ...(desk.network as LoadedNetwork), checkpoint };
  };
  const answers: FloatAnswers = { origin: 'shipped', accuracy: wilson(90, 100), right: '', images: '' };

  it('is the shipped one before anything is measured, never that of the sensitivity table, measured on other images', () => {
    desk = { ...desk, sensitivity: tableFor(desk) };
    expect(floatNetwork(desk)).toBeUndefined();
    desk = { ...desk, shipped: shippedWith(88) };
    expect(floatNetwork(desk)).toEqual({ accuracy: wilson(88, 100), source: 'shipped' });
  });
  it('follows from a paired measurement', () => {
    desk = { ...desk, shipped: shippedWith(88), measured: [point(desk.policy, 80)] };
    expect(floatNetwork(desk)).toMatchObject({ accuracy: { n: 100 }, source: 'measured' });
    expect(floatNetwork(desk)?.accuracy.value).toBeCloseTo(0.85);
    expect(headline(desk)).toMatchObject({ against: { reference: 'float', difference: { lost: 7 } } });
  });
  it('stays the network that QAT started from; its trained weights without rounding are another', () => {
    const againstSource = pairedDifference(1, 11, 100);
    desk = { ...desk, network: trainedFrom(answers) };
    desk = { ...desk, measured: [{ ...point(desk.policy, 80), againstSource }] };
    expect(floatNetwork(desk)?.accuracy.value).toBe(0.9);
    expect(unrounded(desk)?.accuracy.value).toBeCloseTo(0.85);
    expect(headline(desk)).toMatchObject({ against: { reference: 'float', difference: againstSource } });
  });
  it('is undefined without an earlier float network; then differences are relative to these weights unrounded', () => {
    desk = { ...desk, network: trainedFrom(null) };
    desk = { ...desk, measured: [point(desk.policy, 80)] };
    expect(floatNetwork(desk)).toBeUndefined();
    expect(headline(desk)).toMatchObject({ against: { reference: 'unrounded', difference: { lost: 7 } } });
  });

  // Before it has measured anything, the page shows measurements on test images from when it was built.
  const zoo = (Object.keys(networks) as NetworkId[]).flatMap((id) =>
    (['emoji10', 'cifar10'] as const).map((images) => [id, images] as const),
  );
  const read = async (path: string) =>
    JSON.parse((await readFile(`public/${path}`, 'utf8').catch(() => 'null')) as string);
  it.each(zoo)('of %s on %s is the shipped float on test images when the page opens', async (id, datasetId) => {
    const card: CheckpointCard | null = await read(`weights/${id}-${datasetId}.json`);
    const content = await read(`precomputed/${id}-${datasetId}.json`);
    desk = { ...initialDesk(id), datasetId };
    const { architecture } = desk;
    const stated = card && { accuracy: card.accuracy, images: card.n };
    const checkpoint = { origin: card ? 'shipped' : 'initial', recipe: '', ...stated } as const;
    const { fingerprint = '' } = content?.sensitivity ?? {};
    desk = { ...desk, network: { id, dataset: datasetId, architecture, checkpoint, fingerprint } };
    desk = { ...desk, shipped: content && readShipped(content, architecture) };
    const shipped = cloudHere(desk).find(({ policy }) => samePolicy(policy, float()))?.accuracy;
    expect(shipped === undefined).toBe(content === null);
    const names = cloudHere(desk).map(({ policy }) => JSON.stringify(policy));
    expect(new Set(names).size).toBe(names.length);
    const float32 = floatNetwork(desk);
    // No weights are shipped, so there is no float network yet.
    if (card === null) return expect(float32).toBeUndefined();
    const accuracy = shipped ?? wilson(Math.round(card.accuracy * card.n), card.n);
    expect(float32).toEqual({ accuracy, source: 'shipped' });
    // The card's accuracy is on as many images or more, and equal within chance.
    expect(card.accuracy).toBeGreaterThan(accuracy.lower);
    expect(card.accuracy).toBeLessThan(accuracy.upper);
    // The estimate is for the same images as the accuracy shown next to it.
    const estimated = estimatedAccuracy(desk, float());
    if (content) expect(estimated?.value).toBeCloseTo(accuracy.value, 1.7);
  });
});

describe('shipped results', () => {
  it('are those of the network and images in use, never of previous ones', () => {
    const cloud = [{ policy: desk.policy, accuracy: wilson(90, 100), loss: 0.3 }];
    const shipped = { origin: '', scheme: desk.scheme, sensitivity: tableFor(desk), cloud };
    desk = { ...desk, shipped };
    expect(cloudHere(desk)).toEqual(cloud);
    expect(cloudHere({ ...desk, networkId: 'tiny' })).toEqual([]);
    expect(cloudHere({ ...desk, datasetId: 'cifar10' })).toEqual([]);
  });
  it('are shown until the weights are open, and then only if measured on these weights, whatever their stated origin', () => {
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

it('a quantizer made for training needs it, except for layers that came with its levels', () => {
  const scheme: QuantScheme = { quantizer: 'lsq', granularity: 'channel' };
  const own = network('1') as LoadedNetwork;
  const ids = layersOf(desk.architecture).map(({ id }) => id);
  const learned = ids.map((id) => learnedKernelName(id, scheme, 8));
  desk = { ...desk, scheme, policy: uniformPolicy(desk.architecture, 8, 8), network: own };
  expect(needsTraining(desk)).toBe(true);
  expect(needsTraining({ ...desk, network: { ...own, learned } })).toBe(false);
  expect(needsTraining({ ...desk, network: { ...own, learned: learned.slice(1) } })).toBe(true);
  expect(needsTraining({ ...desk, network: { ...own, learned }, policy: uniformPolicy(desk.architecture, 4, 8) })).toBe(
    true,
  );
  expect(needsTraining({ ...desk, scheme: { quantizer: 'symmetric', granularity: 'channel' } })).toBe(false);
});

it('a network of one’s own that guesses in float is at chance; one that rounding broke is not', () => {
  const dataset = { classes: Array.from({ length: 10 }, String) } as unknown as NonNullable<Desk['dataset']>;
  const own = { ...(network('1') as LoadedNetwork), checkpoint: { origin: 'own', recipe: '' } as const };
  const measured = (correct: number, lost: number) => ({
    ...point(desk.policy, correct, 500),
    againstFloat: pairedDifference(0, lost, 500),
  });
  expect(isAtChance({ ...desk, dataset, network: own })).toBe(false);
  expect(isAtChance({ ...desk, dataset, network: own, measured: [measured(55, 0)] })).toBe(true);
  expect(isAtChance({ ...desk, dataset, network: own, measured: [measured(55, 400)] })).toBe(false);
  expect(isAtChance({ ...desk, dataset, measured: [measured(55, 0)] })).toBe(false);
});

describe('the inspected layer', () => {
  it('is the one touched last, else the one selected last, else the first', () => {
    const [first, second, third] = layersOf(desk.architecture).map(({ id }) => id);
    expect(inspectedLayer(desk)).toBe(first);
    expect(inspectedLayer({ ...desk, selection: [first, third] })).toBe(third);
    expect(inspectedLayer({ ...desk, selection: [first, third], inspected: second })).toBe(second);
  });
  it('is never a layer of a previous network', () => {
    const [first] = layersOf(desk.architecture);
    expect(inspectedLayer({ ...desk, selection: ['elsewhere'], inspected: 'elsewhere' })).toBe(first.id);
  });
});

it('treats NaN as equal to NaN, and returns the cached result', () => {
  const boxed = latest((value: number) => ({ value }));
  expect(boxed(Number.NaN)).toBe(boxed(Number.NaN));
  expect(boxed(1)).not.toBe(boxed(2));
});
