import { beforeEach, expect, test } from 'vitest';
import type { Measurement } from '../../engine/protocol/measuring';
import { uniformPolicy } from '../../graph/policy';
import { undo } from '../link/undo';
import { openNetwork } from '../network/session';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { setLayerBits } from './actions';
import { loadPin, pin, pinHere, pinPolicy, unpin, watchPins } from './pins';

const names = () => desk.getState().pins.map(({ name }) => name);
const bits = () => desk.getState().policy.fc.weights;

beforeEach(() => {
  desk.setState(loadedDesk(), true);
  return watchPins();
});

/** Lets a measurement of the policy on the faders finish. */
function finishMeasuring(): void {
  const { policy, scheme, network } = desk.getState();
  const numbers = { accuracy: { value: 0.5, lower: 0.4, upper: 0.6, n: 100 }, predictions: new Uint8Array(100) };
  desk.setState({
    current: { ...numbers, policy, scheme, final: true, fingerprint: network?.fingerprint } as unknown as Measurement,
  });
}

test('names are given in order; the last one makes room; a policy is pinned once', () => {
  for (const width of [8, 6, 5, 4] as const) {
    setLayerBits('fc', 'weights', width);
    pin();
    pin();
  }
  expect(names()).toEqual(['A', 'B', 'C']);
  expect(desk.getState().pins.map(({ policy }) => policy.fc.weights)).toEqual([8, 6, 4]);
  unpin('A');
  setLayerBits('fc', 'weights', 3);
  pin();
  expect(names()).toEqual(['B', 'C', 'A']);
});

test('pins load, and pinning and removing are undone', () => {
  pin();
  setLayerBits('fc', 'weights', 2);
  loadPin('A');
  expect(bits()).toBe(8);
  unpin('A');
  expect(names()).toEqual([]);
  undo();
  expect(names()).toEqual(['A']);
});

test('a config that is not on the faders is pinned without their measurement, and once', () => {
  finishMeasuring();
  const other = uniformPolicy(desk.getState().architecture, 4, 8);
  pinPolicy(other);
  pinPolicy(other);
  expect(desk.getState().pins).toEqual([{ name: 'A', policy: other }]);
  expect(pinHere(desk.getState())).toBeUndefined();
  expect(bits()).toBe(8);
});

test('pins go with the network whose layers they name, and come back with it', async () => {
  pin();
  await openNetwork('tiny');
  expect(names()).toEqual([]);
  undo();
  expect(names()).toEqual(['A']);
});

test('a measurement that finishes later reaches its pin, and only its pin', () => {
  pin();
  setLayerBits('fc', 'weights', 2);
  pin();
  finishMeasuring();
  expect(desk.getState().pins.map(({ measured }) => measured?.accuracy.n)).toEqual([undefined, 100]);
  expect(pinHere(desk.getState())?.name).toBe('B');
});
