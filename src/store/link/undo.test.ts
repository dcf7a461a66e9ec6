// Undo: for any sequence of changes, every undo restores the state before a change, and every redo the state after it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import type { DatasetSummary, LoadedNetwork } from '../../engine/protocol/opening';
import { layersOf } from '../../graph/network';
import { KB } from '../../graph/size';
import { fc } from '../../math/law.testing';
import { PRESETS, withBits } from '../../policy/edits';
import { setBudget } from '../measure/budget';
import { openDataset, openNetwork } from '../network/session';
import { useWeights } from '../network/weights';
import {
  applyPreset,
  beginGesture,
  cancelGesture,
  endGesture,
  nudgeLayer,
  previewPolicy,
  toggleMute,
  toggleSkip,
} from '../policy/actions';
import { setPayingRule } from '../policy/holding';
import { toggleLocks } from '../policy/locked';
import { pin, unpin } from '../policy/pins';
import { setScheme } from '../policy/scheme';
import { setSearchForm } from '../search/form';
import { type Desk, desk, initialDesk, type UndoState } from '../state/desk';
import { setEngine } from '../state/engine';
import { emptyHistory, pastOf } from '../state/history';
import { undoStateOf } from '../state/step';
import { setTrainingOption } from '../train/options';
import { goToStep, listSteps, nameStep } from './steps';
import { redo, restore, undo } from './undo';

/** Requests to the engine to open something. */
const requests: unknown[] = [];
/** An engine that opens anything and never finishes measuring. */
const opens: EngineClient = {
  call: ((command: string, params: Record<string, string>) => {
    const { networkId, datasetId, architecture } = desk.getState();
    const classes = { emoji10: 10, cifar10: 10, folder: 3 }[params.dataset] ?? 0;
    const answers: Record<string, () => unknown> = {
      openDataset: (): DatasetSummary => ({
        ...{ id: params.dataset as DatasetSummary['id'], label: params.dataset, train: 9, validation: 9, test: 9 },
        ...{ classes: Array.from({ length: classes }, (_, i) => `${i}`), notes: [] },
      }),
      openNetwork: (): LoadedNetwork => ({
        ...{ id: networkId, dataset: datasetId, architecture, fingerprint: params.weights ?? '1' },
        checkpoint: { origin: 'shipped', recipe: '' },
      }),
    };
    const answer = answers[command];
    if (command === 'openNetwork') requests.push(params);
    return { result: answer ? Promise.resolve(answer()) : new Promise(() => {}), cancel: () => {} };
  }) as EngineClient['call'],
} as EngineClient;

const rest = () => new Promise((resolve) => setTimeout(resolve, 0));
/** Waits until the engine has answered. */
const settled = async () => {
  for (let i = 0; i < 3; i++) await rest();
};

beforeEach(async () => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  desk.setState(initialDesk(), true);
  setEngine(opens);
  await openDataset('emoji10');
});
afterEach(() => {
  setEngine(null);
  vi.unstubAllGlobals();
});

const layer = (at: number) => {
  const layers = layersOf(desk.getState().architecture);
  return layers[at % layers.length].id;
};
const drag = (at: number, bits: readonly (1 | 2 | 4 | 32)[]) => {
  beginGesture();
  for (const width of bits) previewPolicy(withBits(desk.getState().policy, 'weights', new Map([[layer(at), width]])));
};

/** All user actions that change the state, each with one undo step or none. */
const change: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .tuple(fc.nat(30), fc.array(fc.constantFrom(1, 2, 4, 32), { minLength: 1, maxLength: 6 }), fc.boolean())
    .map(([at, bits, done]) => () => {
      drag(at, bits);
      if (done) endGesture();
      else cancelGesture();
    }),
  fc.tuple(fc.nat(30), fc.constantFrom(-1, 1)).map(
    ([at, by]) =>
      () =>
        nudgeLayer(layer(at), 'weights', by),
  ),
  fc.constantFrom(...PRESETS).map((preset) => () => applyPreset(preset)),
  fc
    .constantFrom('affine' as const, 'lsq' as const, 'twn' as const)
    .map((quantizer) => () => setScheme({ quantizer, granularity: 'tensor' })),
  fc.constantFrom('tiny' as const, 'resnet8' as const, 'resnet20' as const).map((id) => () => openNetwork(id)),
  fc.constantFrom('emoji10' as const, 'cifar10' as const, 'folder' as const).map((id) => () => openDataset(id)),
  fc.constantFrom('1', '2', '3').map((weights) => () => useWeights(weights)),
  fc.nat(9).map((seed) => () => setTrainingOption('seed', seed)),
  fc.boolean().map((augment) => () => setTrainingOption('augment', augment)),
  fc.nat(3).map((at) => () => toggleLocks([layer(at)])),
  fc.nat(9).map((seed) => () => setSearchForm({ seed })),
  fc.constantFrom('random' as const, 'greedy' as const).map((method) => () => setSearchForm({ method })),
  fc.constantFrom('leastLoss' as const, 'even' as const).map((rule) => () => setPayingRule(rule)),
  fc.nat(30).map((at) => () => toggleSkip(layer(at))),
  fc.nat(30).map((at) => () => toggleMute([layer(at)])),
  fc.constantFrom(pin, () => unpin('A')),
  fc.constantFrom(0, 32, 64).map((size) => () => setBudget(size === 0 ? null : { bytes: size * KB, mode: 'warn' })),
);

const steps = () => pastOf(desk.getState().history).length;
/** The state that must be restored. */
const restored = (state: Desk): UndoState => undoStateOf(state);

describe('undo', () => {
  it('undoes every change, one step each, and redoes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        desk.setState({ ...initialDesk(), network: desk.getState().network, dataset: desk.getState().dataset });
        await openDataset('emoji10');
        await openNetwork('resnet8');
        desk.setState({ history: emptyHistory() });
        const settings = [restored(desk.getState())];
        for (const act of changes) {
          const before = steps();
          await act();
          await settled();
          const now = restored(desk.getState());
          expect(steps() - before).toBeLessThanOrEqual(1);
          if (steps() > before) settings.push(now);
          else {
            const last = settings[settings.length - 1];
            // A second number typed into the same field belongs to the previous step.
            const { trainingOptions, searchForm } = now;
            expect(now).toEqual(settings.length > 1 ? { ...last, trainingOptions, searchForm } : last);
            settings[settings.length - 1] = now;
          }
        }
        for (const setting of settings.slice(0, -1).reverse()) {
          undo();
          await settled();
          expect(restored(desk.getState())).toEqual(setting);
        }
        expect(steps()).toBe(0);
        for (const setting of settings.slice(1)) {
          redo();
          await settled();
          expect(restored(desk.getState())).toEqual(setting);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('restores a network with its policy', async () => {
    applyPreset('3');
    const { policy } = desk.getState();
    await openNetwork('tiny');
    expect(desk.getState().policy).not.toEqual(policy);
    undo();
    await settled();
    expect(desk.getState()).toMatchObject({ networkId: 'resnet8', policy });
    expect(desk.getState().network?.id).toBe('resnet8');
  });

  it('restores weights and those that replaced them, each also for the next visit', async () => {
    await useWeights('2');
    undo();
    await settled();
    expect(desk.getState()).toMatchObject({ weights: '1', network: { fingerprint: '1' } });
    redo();
    await settled();
    expect(desk.getState()).toMatchObject({ weights: '2', network: { fingerprint: '2' } });
    expect(requests.at(-1)).toMatchObject({ network: 'resnet8', weights: '2', choose: true });
  });

  it('treats typing a number as one step, and the next field as another', () => {
    setTrainingOption('epochs', 1);
    setTrainingOption('epochs', 12);
    setTrainingOption('epochs', 120);
    setTrainingOption('seed', 3);
    expect(steps()).toBe(2);
    undo();
    expect(desk.getState().trainingOptions).toMatchObject({ epochs: 120, seed: 1 });
    undo();
    expect(desk.getState().trainingOptions.epochs).toBe(5);
  });

  it('lists what each step has changed, keeps the branch left behind, and goes back to a named state', () => {
    nudgeLayer('fc', 'weights', -1);
    nameStep('  one   bit  less ');
    setBudget({ bytes: 64 * KB, mode: 'hold' });
    toggleLocks(['1a', 'fc']);
    const [, , budget] = listSteps(desk.getState());
    goToStep(1);
    pin();
    applyPreset('3');
    expect(listSteps(desk.getState()).map(({ change, depth, onWay }) => [change, depth, onWay])).toEqual([
      ['start', 0, true],
      ['fc 8→6', 0, true],
      ['held budget 64.0 KB', 1, false],
      ['locked 1a, fc', 1, false],
      ['pinned A', 0, true],
      ['uniform 3, activations 8', 0, true],
    ]);
    expect(listSteps(desk.getState())[1].name).toBe('one bit less');
    goToStep(budget.id);
    expect(desk.getState()).toMatchObject({ budget: { bytes: 64 * KB, mode: 'hold' }, pins: [] });
    expect(desk.getState().policy.fc.weights).toBe(6);
    redo();
    expect(desk.getState().searchForm.locked).toEqual(['1a', 'fc']);
  });

  it('does not change the view', () => {
    applyPreset('3');
    desk.setState({ axis: 'bitOps', selection: ['fc'] });
    undo();
    expect(desk.getState()).toMatchObject({ axis: 'bitOps', selection: ['fc'] });
  });

  it('does not open another network while training runs, and says so', async () => {
    await openNetwork('tiny');
    desk.setState({ trainingActive: true });
    const before = steps();
    undo();
    expect(desk.getState().networkId).toBe('tiny');
    expect(steps()).toBe(before);
    expect(desk.getState().problems.at(-1)?.text).toMatch(/Training runs/);
    expect(restore(undoStateOf(desk.getState()))).toBe(true);
  });

  it('keeps the bits if only the number of classes differs', async () => {
    applyPreset('3');
    const { policy } = desk.getState();
    await openDataset('folder');
    expect(desk.getState().dataset?.classes).toHaveLength(3);
    expect(desk.getState().policy).toEqual(policy);
  });

  it('says why images cannot be reopened, and keeps those in use', async () => {
    await openDataset('cifar10');
    setEngine({
      call: ((command: string) => ({
        result: command === 'openDataset' ? Promise.reject(new Error('Not in this browser.')) : new Promise(() => {}),
        cancel: () => {},
      })) as EngineClient['call'],
    } as EngineClient);
    undo();
    await settled();
    expect(desk.getState().datasetId).toBe('cifar10');
    expect(desk.getState().problems.at(-1)?.text).toBe('Not in this browser. Until then, CIFAR-10 stays.');
  });
});
