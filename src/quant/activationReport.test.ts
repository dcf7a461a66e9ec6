// Reports of activations: numbers computed by hand, and laws.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { activationReport } from './activationReport';

test('known numbers: two channels, two positions', () => {
  // Channel 0: 1 -> 1, 3 -> 2; channel 1: 0 -> 0, -2 -> 0. Errors 0, -1 and 0, 2: squares 1 and 4; signals 10 and 4.
  const report = activationReport(Float32Array.of(1, 0, 3, -2), Float32Array.of(1, 0, 2, 0), 2);
  expect(report).toMatchObject({ min: -2, max: 3, reach: 2, mse: 5 / 4, zeros: { float: 0.25, rounded: 0.5 } });
  expect(report.sqnr).toBeCloseTo(10 * Math.log10(14 / 5), 12);
  expect(report.channels[0]).toEqual({ mse: 0.5, sqnr: 10 });
  expect(report.channels[1].mse).toBe(2);
  expect(report.channels[1].sqnr).toBe(0);
});

test('equal outputs have no error and an infinite signal-to-noise ratio', () => {
  const x = Float32Array.of(0, 5);
  expect(activationReport(x, x, 1)).toMatchObject({ reach: 0, mse: 0, sqnr: Number.POSITIVE_INFINITY });
});

test('no numbers: an empty scale and no mean', () => {
  const none = new Float32Array();
  expect(activationReport(none, none, 0)).toMatchObject({ min: 0, max: 0, reach: 0, mse: Number.NaN, channels: [] });
});

const number = fc.float({ noNaN: true, min: -8, max: 8 });
test('the total error is the mean of the channels’ errors, and no error exceeds the maximum', () => {
  law([fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 })], (given) => {
    const float = Float32Array.from([...given, ...given, ...given], ([x]) => x);
    const rounded = Float32Array.from([...given, ...given, ...given], ([, x]) => x);
    const { mse, reach, channels } = activationReport(float, rounded, 3);
    expect(channels.reduce((sum, channel) => sum + channel.mse / 3, 0)).toBeCloseTo(mse, 9);
    expect(mse).toBeLessThanOrEqual(reach * reach * (1 + 1e-9));
  });
});
