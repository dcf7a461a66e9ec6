import { beforeEach, expect, test } from 'vitest';
import { desk, initialDesk } from '../state/desk';
import { heedSilence, waitForEngine } from './silence';

beforeEach(() => {
  desk.setState(initialDesk(), true);
  heedSilence(0);
});
const said = () => desk.getState().silence?.text.match(/for (\d+) s/)?.[1];
const pass = (from: number, to: number) => {
  for (let seconds = from; seconds <= to; seconds++) heedSilence(seconds);
};

test('is said after ten seconds and unsaid at the next word, with both ways out', () => {
  pass(1, 9);
  expect(said()).toBeUndefined();
  pass(10, 15);
  expect(said()).toBe('10'); // not another text each second
  expect(desk.getState().silence?.actions).toEqual(['wait', 'restartEngine']);
  heedSilence(0);
  expect(desk.getState().silence).toBeNull();
});

test('whoever waits is asked again after twice the time, and as at first once the engine was heard', () => {
  pass(1, 12);
  waitForEngine();
  pass(13, 19);
  expect(said()).toBeUndefined();
  pass(20, 21);
  expect(said()).toBe('20');
  waitForEngine();
  pass(22, 40);
  expect(said()).toBe('40');
  heedSilence(0);
  pass(1, 10);
  expect(said()).toBe('10');
});

test('speaks of a training only while there is one', () => {
  pass(1, 10);
  expect(desk.getState().silence?.text).not.toContain('training');
  heedSilence(0);
  desk.setState({ trainingActive: true });
  pass(1, 10);
  expect(desk.getState().silence?.text).toContain('The training can be resumed from its last checkpoint.');
});
