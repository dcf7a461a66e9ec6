// German: training as it runs.
import type { training as english } from '../en/training';
import { count, percent } from '../numbers';

export const training: typeof english = {
  started: 'Das Training hat begonnen.',
  paused: (step: number) => `Das Training ist bei Schritt ${count(step)} pausiert.`,
  resumed: (step: number) => `Das Training läuft ab Schritt ${count(step)} weiter.`,
  epoch: (epoch: number, accuracy: number) =>
    `Epoche ${count(epoch)}: ${percent(accuracy)} Prozent auf Validierungsbildern.`,
  ended: (title: string, text: string) => `${title}: ${text}`,
  failed: (why: string) => `Das Training ist fehlgeschlagen: ${why}`,
  notPaused: (why: string) => `Das Training konnte nicht pausiert werden: ${why}`,
  notStored: (why: string) => `Das Training kann nicht gespeichert werden: ${why}.`,
  learned: (network: string) => `das Gelernte von ${network}`,
  discarded: 'Das unterbrochene Training ist verworfen.',
  elsewhere: (network: string) =>
    `Ein anderer Tab hat ${network} trainiert. Der nächste Besuch öffnet die Gewichte von dort; dieser Tab behält seine eigenen.`,
};
