// Names of calibrations, which distinguish measurements.
import { expect, test } from 'vitest';
import { type Calibration, calibrationName, PLAIN_CALIBRATION, parseCalibration } from './calibration';
import { parseScheme } from './parseScheme';
import { schemeName } from './registry';

test('every calibration has a unique name, the default one an empty name', () => {
  const all: Calibration[] = (['minMax', 'percentile', 'mse'] as const).flatMap((range) =>
    (['none', 'bias', 'batchNorm'] as const).flatMap((correction) =>
      (['keep', 'fold'] as const).flatMap((batchNorm) =>
        [256, 512].flatMap((images): Calibration[] => [
          { range, correction, batchNorm, images },
          { range, correction, batchNorm, images, rounding: 'gptq' },
          { range, correction, batchNorm, images, rounding: 'adaround' },
          { range, correction, batchNorm, images, rounding: 'gptq', independent: true },
          { range, correction, batchNorm, images, equalize: true },
          { range, correction, batchNorm, images, rounding: 'gptq', synthesize: true },
        ]),
      ),
    ),
  );
  expect(new Set(all.map(calibrationName)).size).toBe(all.length);
  expect(calibrationName(PLAIN_CALIBRATION)).toBe('');
  expect(calibrationName({ ...PLAIN_CALIBRATION, rounding: 'nearest' })).toBe('');
  for (const calibration of all.slice(1)) expect(parseCalibration(calibrationName(calibration))).toEqual(calibration);
  for (const text of ['', 'mse', 'calibrated:', 'calibrated:bias+mse', 'calibrated:x'])
    expect(parseCalibration(text)).toBeUndefined();
});

test('a scheme’s name includes its calibration, and the default one equals none', () => {
  const scheme = { quantizer: 'affine', granularity: 'channel' } as const;
  expect(schemeName({ ...scheme, calibration: PLAIN_CALIBRATION })).toBe(schemeName(scheme));
  expect(schemeName({ ...scheme, calibration: { ...PLAIN_CALIBRATION, range: 'mse', correction: 'bias' } })).toBe(
    'affine/channel/calibrated:mse+bias',
  );
});

test('ranges of weights and activations have different names, which parse back', () => {
  const scheme = { quantizer: 'affine', granularity: 'channel', range: 'mse' } as const;
  const calibration: Calibration = { ...PLAIN_CALIBRATION, range: 'mse', images: 512 };
  const { range: _, ...plain } = scheme;
  const names = [scheme, { ...plain, calibration }, { ...scheme, calibration }].map(schemeName);
  expect(new Set(names).size).toBe(3);
  expect(parseScheme(names[2])).toEqual({ ...scheme, calibration });
  expect(parseScheme(names[1])).toEqual({ ...plain, calibration });
});
