import { beforeEach, expect, test } from 'vitest';
import { desk, initialDesk } from '../state/desk';
import { heedSilence, waitForEngine } from './silence';

beforeEach(() => {
  desk.setState(initialDesk(), true);
  heedSilence(0);
});
const seconds = () => desk.getState().silence?.text.match(/for (\d+) s/)?.[1];
const pass = (from: number, to: number) => {
  for (let seconds = from; seconds <= to; seconds++) heedSilence(seconds);
};

test('is reported after ten seconds, with two options, and withdrawn at the next message', () => {
  pass(1, 9);
  expect(seconds()).toBeUndefined();
  pass(10, 15);
  expect(seconds()).toBe('10'); // the text does not change every second
  expect(desk.getState().silence?.actions).toEqual(['wait', 'restartEngine']);
  heedSilence(0);
  expect(desk.getState().silence).toBeNull();
});

test('after "Wait" it is reported again after twice the time, reset once the engine answers', () => {
  pass(1, 12);
  waitForEngine();
  pass(13, 19);
  expect(seconds()).toBeUndefined();
  pass(20, 21);
  expect(seconds()).toBe('20');
  waitForEngine();
  pass(22, 40);
  expect(seconds()).toBe('40');
  heedSilence(0);
  pass(1, 10);
  expect(seconds()).toBe('10');
});

test('mentions training only while it runs', () => {
  pass(1, 10);
  expect(desk.getState().silence?.text).not.toContain('training');
  heedSilence(0);
  desk.setState({ trainingActive: true });
  pass(1, 10);
  expect(desk.getState().silence?.text).toContain('Training can be resumed from its last checkpoint.');
});
