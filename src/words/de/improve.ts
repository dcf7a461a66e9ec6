// German: the button that improves the rounding. What its card says is in rounding.ts.
import type { improve as english } from '../en/improve';

export const improve: typeof english = {
  label: 'Rundung verbessern',
  // The name has both words; the object would stand before the verb.
  verb: 'Verbessern',
  object: '',
  tip: 'Wählt Quantisierungsstufen und Codes der Gewichte anhand von Bildern, ohne Labels und ohne Training',
  button: (running: boolean, improved: boolean) =>
    `Rundung verbessern${running ? ', läuft' : improved ? ', ist verbessert' : ''}`,
};
