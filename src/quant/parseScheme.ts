// Parses scheme names, for files.
import { activationQuantizers } from './activationRegistry';
import { parseCalibration } from './calibration';
import { parseGranularity } from './granularity';
import type { ActivationQuantizerId, Granularity, WeightRange } from './quantizer';
import { QuantSpecError } from './quantizer';
import { type QuantizerId, type QuantScheme, quantizers, schemeName } from './registry';

const RANGES: readonly WeightRange[] = ['minMax', 'percentile', 'mse', 'hessian'];

/**
 * Inverse of `schemeName`.
 * @throws QuantSpecError for text that names no scheme.
 */
export function parseScheme(text: string): QuantScheme {
  const [quantizer, granularity, ...extra] = text.split('/');
  const range = RANGES.find((choice) => extra.includes(choice));
  const activations = extra.find((part) => Object.hasOwn(activationQuantizers, part));
  const scaleBits = ([16, '16-first32'] as const).find((bits) => extra.includes(`float${bits}`));
  const calibration = extra.map(parseCalibration).find((part) => part !== undefined);
  if (!Object.hasOwn(quantizers, quantizer)) throw new QuantSpecError(`"${text}" does not name a quantizer.`);
  parseGranularity(granularity ?? '');
  const scheme: QuantScheme = {
    quantizer: quantizer as QuantizerId,
    granularity: granularity as Granularity,
    ...(range && { range }),
    ...(scaleBits && { scaleBits }),
    ...(activations && { activations: activations as ActivationQuantizerId }),
    ...(calibration && { calibration }),
  };
  if (schemeName(scheme) !== text) throw new QuantSpecError(`"${text}" is not a quantization scheme.`);
  return scheme;
}
