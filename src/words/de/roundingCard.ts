// German: the card that sets up rounding.
import type { roundingCard as english } from '../en/roundingCard';
import { count } from '../numbers';

export const roundingCard: typeof english = {
  title: 'Rundung',
  tip: 'Granularität, Aktivierungen, Bereiche und Korrekturen',
  changed: ', von der Vorgabe abweichend',
  granularity: { tensor: 'pro Tensor', channel: 'pro Kanal', block: (size: number) => `pro Block zu ${count(size)}` },
  reset: 'Auf die Vorgabe zurücksetzen',
};
