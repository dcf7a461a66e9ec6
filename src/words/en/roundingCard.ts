// The card that sets up rounding beside the quantizer.
import { count } from '../numbers';
import { words } from '../words';

export const roundingCard = words('roundingCard', {
  title: 'Rounding',
  tip: 'Granularity, activations, ranges and corrections',
  changed: ', changed from the defaults',
  granularity: { tensor: 'per tensor', channel: 'per channel', block: (size: number) => `per block of ${count(size)}` },
  reset: 'Reset to defaults',
});
