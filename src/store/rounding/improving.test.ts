// "Improve rounding" on the desk: before and after are of the same policy and images; what fails or is canceled leaves the
// desk as it was; one undo step leads back.
import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandName, Params } from '../../engine/protocol/commands';
import type { Measurement } from '../../engine/protocol/measuring';
import { type BitPolicy, FLOAT, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { calibrationOf, type QuantScheme, schemeName } from '../../quant/registry';
import { undo } from '../link/undo';
import { watchPolicy } from '../measure/measuring';
import { setPolicy } from '../policy/actions';
import { desk, initialDesk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { setEngine } from '../state/engine';
import {
  cancelImproving,
  compared,
  improvedHere,
  improvedScheme,
  improveRounding,
  leaveImproved,
  nextStep,
} from './improving';

const TEST = 100;
/** Class of image i, and what a network that is right on the first `right` images says. */
const label = (i: number) => i % 3;
const says = (right: number) =>
  Uint8Array.from({ length: TEST }, (_, i) => (i < right ? label(i) : (label(i) + 1) % 3));

function measurement(policy: BitPolicy, scheme: QuantScheme, right: number): Measurement {
  const predictions = says(right);
  const float = says(90);
  const index = [...predictions.keys()].filter((i) => predictions[i] !== float[i]);
  const at = (of: (i: number) => number) => Uint8Array.from(index, of);
  return {
    ...{
      policy,
      scheme,
      fingerprint: desk.getState().network?.fingerprint ?? '',
      split: 'test',
      loss: 1,
      perClass: [],
      confusion: new Uint32Array(),
    },
    ...{ accuracy: wilson(right, TEST), predictions, imagesPerSecond: 1, saved: 0, final: true },
    againstFloat: pairedDifference(0, 90 - right, TEST),
    flips: {
      index: Uint32Array.from(index),
      label: at(label),
      float: at((i) => float[i]),
      now: at((i) => predictions[i]),
      floatMargin: new Float32Array(index.length),
      margin: new Float32Array(index.length),
    },
  };
}

/** Commands in the order in which they came, and the calls of `round` that wait. */
let asked: CommandName[];
let rounds: { resolve(): void; reject(error: Error): void }[];

const client = {
  call<C extends CommandName>(command: C, params: Params<C>) {
    asked.push(command);
    let cancel = () => {};
    const result = new Promise((resolve, reject) => {
      cancel = () => reject(new DOMException('', 'AbortError'));
      if (command === 'evaluate') {
        const { policy, scheme } = params as Params<'evaluate'>;
        const improved = calibrationOf(scheme).rounding === 'gptq';
        setTimeout(() => resolve(measurement(policy, scheme, improved ? 84 : 38)), 1);
      } else if (command === 'round') rounds.push({ resolve: () => resolve(undefined), reject });
    });
    return { result, cancel };
  },
};

const policy = () => uniformPolicy(desk.getState().architecture, 2, FLOAT);
const waiting = () => vi.waitFor(() => expect(rounds).toHaveLength(1));

beforeEach(() => {
  asked = [];
  rounds = [];
  desk.setState(initialDesk(), true);
  setEngine(client as never);
  watchPolicy();
  const loaded = loadedDesk('shipped');
  desk.setState({ ...loaded, policy: policy(), dataset: { train: 1000, test: TEST, label: 'x' } as never });
  setPolicy(policy());
  desk.setState({ policy: { ...policy() } });
});

test('the scheme changes once codes are chosen, and before and after are compared image by image', async () => {
  const plain = desk.getState().scheme;
  const done = improveRounding('improve');
  await waiting();
  expect(desk.getState().scheme).toBe(plain);
  expect(desk.getState().improving?.phase).toBe('choosing');
  rounds[0].resolve();
  await done;
  expect(desk.getState().improving).toBeNull();
  expect(schemeName(desk.getState().scheme)).toBe(schemeName(improvedScheme(plain, 'improve')));
  await vi.waitFor(() => expect(improvedHere(desk.getState())?.after).not.toBeNull());
  const { before, after, difference } = improvedHere(desk.getState())?.after ?? {};
  expect([before?.value, after?.value, difference?.gained, difference?.lost]).toEqual([0.38, 0.84, 46, 0]);
  expect(nextStep(desk.getState())).toBe('learn');
  undo();
  expect(desk.getState().scheme).toEqual(plain);
  expect(improvedHere(desk.getState())).toBeNull();
});

test('an error leaves the desk as it was and is shown', async () => {
  const plain = desk.getState().scheme;
  const done = improveRounding('improve');
  await waiting();
  rounds[0].reject(new Error('no memory'));
  await done;
  expect(desk.getState()).toMatchObject({ scheme: plain, improving: null, improved: null });
  expect(
    desk
      .getState()
      .problems.map(({ text }) => text)
      .join(),
  ).toMatch(/as before: no memory/);
});

test('a cancel leaves the desk as it was', async () => {
  const plain = desk.getState().scheme;
  const done = improveRounding('improve');
  await waiting();
  cancelImproving();
  await done;
  expect(desk.getState()).toMatchObject({ scheme: plain, improving: null, improved: null, problems: [] });
});

test('when a fader moves meanwhile, the policy that is there now is measured, chosen and compared', async () => {
  const done = improveRounding('improve');
  await waiting();
  const moved = { ...policy(), stem: { weights: 4, activations: FLOAT } } as const;
  setPolicy(moved);
  rounds[0].resolve();
  await vi.waitFor(() => expect(rounds).toHaveLength(2));
  rounds[1].resolve();
  await done;
  expect(desk.getState().improved?.policy).toEqual(moved);
  expect(desk.getState().improved?.before.policy).toEqual(moved);
});

test('nothing is improved while nothing is rounded; leaving returns to nearest rounding', async () => {
  desk.setState({ policy: uniformPolicy(desk.getState().architecture, FLOAT, FLOAT) });
  expect(nextStep(desk.getState())).toBeUndefined();
  desk.setState({ policy: policy(), scheme: improvedScheme(desk.getState().scheme, 'learn') });
  expect(nextStep(desk.getState())).toBeUndefined();
  leaveImproved();
  expect(desk.getState().scheme).toEqual({ quantizer: 'symmetric', granularity: 'channel' });
});

test('a comparison counts images that both get wrong in different ways as neither', () => {
  const [a, b] = [measurement(policy(), desk.getState().scheme, 38), measurement(policy(), desk.getState().scheme, 38)];
  b.predictions[50] = (label(50) + 2) % 3;
  expect(compared(a, b).difference).toMatchObject({ gained: 0, lost: 0 });
});
