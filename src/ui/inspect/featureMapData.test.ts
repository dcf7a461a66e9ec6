// Pictures of activations: colors at the ends of their scales, channels picked from interleaved numbers, words.
import { describe, expect, test } from 'vitest';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { uniformPolicy } from '../../graph/policy';
import { activationReport } from '../../quant/activationReport';
import { networks } from '../../zoo/registry';
import {
  activationsInWords,
  channelInWords,
  differencePixels,
  mapPixels,
  orderedChannels,
  scopeInWords,
  viridis,
} from './featureMapData';
import { barsFromZero } from './UnitBars';

// Two places, two channels: channel 0 holds 0 and 4, channel 1 holds 1 and 2.
const float = Float32Array.of(0, 1, 4, 2);
const rounded = Float32Array.of(0, 0, 4, 4);
const policy = uniformPolicy(networks.tiny.build([32, 32, 3], 10), 3, 8);
const inspection: ActivationInspection = {
  layer: 'conv2',
  image: { index: 12, width: 1, height: 1, pixels: new Uint8ClampedArray(4), label: 0 },
  split: 'test',
  policy,
  scheme: { quantizer: 'symmetric', granularity: 'channel' },
  fingerprint: '1',
  shape: [1, 2, 2],
  folded: ['batch norm', 'relu'],
  float,
  rounded,
  report: activationReport(float, rounded, 2),
};

describe('pixels', () => {
  test('the scale goes from the darkest to the brightest color, and stays there beyond its ends', () => {
    expect(viridis(0)).toEqual([68, 1, 84]);
    expect(viridis(1)).toEqual([253, 231, 37]);
    expect(viridis(7)).toEqual(viridis(1));
    const lightness = Array.from({ length: 33 }, (_, i) => {
      const [r, g, b] = viridis(i / 32);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
  });

  test('a channel is picked from the interleaved numbers', () => {
    const pixels = mapPixels(float, inspection.shape, 0, inspection.report);
    expect([...pixels]).toEqual([...viridis(0), 255, ...viridis(1), 255]);
    expect([...mapPixels(float, inspection.shape, 1, { min: 1, max: 1 })].slice(0, 3)).toEqual(viridis(0));
  });

  test('no change is transparent; less is orange, more is blue, the largest of the layer opaque', () => {
    expect([...differencePixels(inspection, 0)].filter((_, i) => i % 4 === 3)).toEqual([0, 0]);
    const [less, more] = [differencePixels(inspection, 1).slice(0, 4), differencePixels(inspection, 1).slice(4)];
    expect([less[0] > less[2], less[3]]).toEqual([true, 128]);
    expect([more[0] < more[2], more[3]]).toEqual([true, 255]);
  });
});

test('channels come in order, or the most changed first', () => {
  expect(orderedChannels(inspection.report, 'given')).toEqual([0, 1]);
  expect(orderedChannels(inspection.report, 'changed')).toEqual([1, 0]);
});

test('the picture in words names layer, image, scales, errors and what is rounded', () => {
  expect(activationsInWords(inspection, 'cat')).toBe(
    'Layer conv2, test image 12 (cat): 2 maps of 1×2 from 0 to 4, changed by quantization by at most 2; SQNR 6.2 dB, MSE 1.3, zeros 25.0 % → 50.0 %.',
  );
  expect(scopeInWords(inspection)).toMatch(/^Output of conv2 for one image, after its batch norm and ReLU\. .*3 bits/);
  expect(channelInWords(inspection.report, 0)).toBe('Channel 1: no error, MSE 0');
});

test('bars of units stand on zero', () => {
  expect(barsFromZero([1, -1], -1, 1, 0)).toBe('M0.000,50.00V0.00H50.000V50.00ZM50.000,50.00V100.00H100.000V50.00Z');
});
