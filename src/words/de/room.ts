// German: a live room.
import type { room as english } from '../en/room';
import { count } from '../numbers';

export const room: typeof english = {
  title: 'Raum',
  about: 'Mit einem Namen erscheint, was du misst, im Diagramm aller. Ohne Namen siehst du nur zu.',
  state: {
    joining: 'Der Raum wird betreten …',
    joined: (people: number) => `Im Raum: ${count(people)} ${people === 1 ? 'Person' : 'Personen'} mit Namen.`,
    apart:
      'Der Raum ist nicht erreichbar. Mach weiter: Alles hier bleibt und wird wieder geteilt, sobald er zurück ist.',
    refused: 'In keinem Raum.',
  },
  refused:
    'Der Raum konnte nicht betreten werden: Die PIN ist falsch, der Raum ist voll, oder sein Server läuft nicht mehr. Alles andere geht. Lade die Seite neu, um es noch einmal zu versuchen.',
  frozen: 'Bitte aufschauen: Wer den Raum leitet, möchte etwas zeigen.',
  free: 'Weiter geht’s.',
  freeze: 'Alle anhalten',
  unfreeze: 'Alle weitermachen lassen',
  send: 'Alle auf diesen Stand',
  sent: 'An alle gesendet.',
  rank: 'Rangliste aus dem Raum',
  others: 'Raum',
  point: (by: string, config: string) => `${by}: ${config}`,
};
