// Known numbers: fits of MLPerf Tiny's published times, and latencies of its networks.
import { expect, test } from 'vitest';
import { layerCosts } from '../graph/cost';
import { uniformPolicy } from '../graph/policy';
import { skippedBranches } from '../graph/skips';
import { networks } from '../zoo/registry';
import { type Device, deviceOf, devices, executes } from './devices';
import { CONVOLUTIONAL, errorOf, fitted, type LatencyModel, latencyModel, latencyMs } from './latency';

const modelOf = (device: Device) => latencyModel(device) as LatencyModel;
const resnet8 = networks.resnet8.build([32, 32, 3], 10);
const eight = uniformPolicy(resnet8, 8, 8);

test('two numbers reproduce the times of three networks', () => {
  // numpy.linalg.lstsq on the same rows.
  const { perMac, perOutput, perDenseMac } = modelOf(deviceOf('nucleo-l4r5zi'));
  expect(perMac).toBeCloseTo(3.44025551, 6);
  expect(perOutput).toBeCloseTo(42.2417554, 5);
  expect(perDenseMac).toBeCloseTo((8.605 * 120_000) / 264_192, 9);
  const kHz = 120_000;
  const { times } = deviceOf('nucleo-l4r5zi');
  // Two unknowns meet two times exactly.
  const two = fitted(times, kHz, ['ic', 'kws']);
  expect(errorOf(times, kHz, two, 'ic')).toBeCloseTo(0, 9);
  expect(errorOf(times, kHz, two, 'kws')).toBeCloseTo(0, 9);
});

test('no fit has negative numbers, and the band holds its networks', () => {
  for (const device of devices) {
    const model = latencyModel(device);
    if (model === undefined) continue;
    expect(Math.min(model.perMac, model.perOutput)).toBeGreaterThanOrEqual(0);
    if (device.times.ms.ic === undefined) continue;
    for (const network of CONVOLUTIONAL) {
      const error = errorOf(device.times, (device.board.clockMHz as number) * 1000, model, network);
      expect(Math.abs(error)).toBeLessThanOrEqual(model.band.high);
    }
  }
  expect(modelOf(deviceOf('esp32-s3')).band).toEqual({ low: 0.5, high: 1 });
});

test('ResNet-8 takes on a board what was published of it', () => {
  const device = deviceOf('nucleo-l4r5zi/x-cube-ai');
  const ms = latencyMs(device, modelOf(device), resnet8, eight);
  expect(Math.abs(ms / 165.125 - 1)).toBeLessThan(0.1);
});

test('a skipped branch takes no time, and INT4 the time without kernels where that is known', () => {
  const skips = { ...eight };
  for (const id of ['3a', '3b']) skips[id] = { weights: 0, activations: 32 };
  const usual = deviceOf('nucleo-l4r5zi');
  expect(skippedBranches(resnet8, skips)).toHaveLength(0);
  const macs = layerCosts(resnet8).filter(({ id }) => id === '3a' || id === '3b');
  expect(macs).toHaveLength(2);
  expect(latencyMs(usual, modelOf(usual), resnet8, skips)).toBeLessThan(
    latencyMs(usual, modelOf(usual), resnet8, eight),
  );
  const esp = deviceOf('esp32-s3');
  const all = (isInt4: boolean) => latencyMs(esp, modelOf(esp), resnet8, eight, () => isInt4);
  expect(all(true) / all(false)).toBeCloseTo(2300 / 54, 6);
});

test('what a runtime executes', () => {
  const { runtime } = deviceOf('nucleo-l4r5zi');
  expect([8, 5, 4, 3].map((bits) => executes(runtime, bits))).toEqual([true, false, true, false]);
  expect(executes(deviceOf('pynq-z2').runtime, 3)).toBe(true);
  expect(latencyModel(deviceOf('pynq-z2'))).toBeUndefined();
  expect(() => deviceOf('nucleo')).toThrow('Say one of nucleo-l4r5zi,');
});
