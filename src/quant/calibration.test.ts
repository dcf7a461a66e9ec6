// Names of calibrations: what measurements are told apart by.
import { expect, test } from 'vitest';
import { type Calibration, calibrationName, PLAIN_CALIBRATION } from './calibration';
import { schemeName } from './registry';

test('every calibration has a name of its own, the plain one none', () => {
  const all: Calibration[] = (['minMax', 'percentile', 'mse'] as const).flatMap((range) =>
    (['none', 'bias', 'batchNorm'] as const).flatMap((correction) =>
      (['keep', 'fold'] as const).flatMap((batchNorm) =>
        [256, 512].map((images) => ({ range, correction, batchNorm, images })),
      ),
    ),
  );
  expect(new Set(all.map(calibrationName)).size).toBe(all.length);
  expect(calibrationName(PLAIN_CALIBRATION)).toBe('');
});

test('a scheme’s name tells its calibration, and the plain one is as good as none', () => {
  const scheme = { quantizer: 'affine', granularity: 'channel' } as const;
  expect(schemeName({ ...scheme, calibration: PLAIN_CALIBRATION })).toBe(schemeName(scheme));
  expect(schemeName({ ...scheme, calibration: { ...PLAIN_CALIBRATION, range: 'mse', correction: 'bias' } })).toBe(
    'affine/channel/mse+bias',
  );
});
