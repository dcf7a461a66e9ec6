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
    'Der Raum konnte nicht betreten werden: Die PIN oder der Schlüssel der Leitung ist falsch, der Raum ist voll, oder sein Server läuft nicht mehr. Alles andere geht. Lade die Seite neu, um es noch einmal zu versuchen.',
  frozen: 'Bitte aufschauen: Wer den Raum leitet, möchte etwas zeigen.',
  free: 'Weiter geht’s.',
  freeze: 'Alle anhalten',
  unfreeze: 'Alle weitermachen lassen',
  send: 'Alle auf diesen Stand',
  sent: 'An alle gesendet.',
  rank: 'Rangliste aus dem Raum',
  nameless: 'ein Rechner ohne Namen',
  measure: 'Den Raum messen lassen',
  helpers: (computers: number) =>
    computers === 0
      ? 'Kein anderer Rechner im Raum hat dieses Netz und diese Bilder offen. „Alle auf diesen Stand“ öffnet sie.'
      : `${count(computers)} Rechner im Raum ${computers === 1 ? 'kann' : 'können'} mitmessen. Eine Stichprobe davon und die Wahl werden hier noch einmal gemessen.`,
  shares: (shares: readonly { readonly name: string; readonly count: number }[]) =>
    `Im Raum gemessen: ${shares.map(({ name, count: configs }) => `${name} ${count(configs)}`).join(', ')}.`,
  differs: (name: string) =>
    `Das Ergebnis von ${name} weicht von dem dieses Rechners ab. Die anderen messen dessen Konfigurationen noch einmal.`,
  help: 'Für Suchen dessen messen, der den Raum leitet',
  helping:
    'Dieser Rechner misst, was eine Suche dessen, der den Raum leitet, von ihm verlangt. Unter „Lernen“ lässt sich das anhalten.',
  oneAtATime: (batch: string) =>
    `MTGP fragt nach einer Konfiguration zur Zeit; der Raum hat also nichts zu tun. Erhöhe „${batch}“.`,
  helped: (configs: number, now: boolean) =>
    `${now ? 'Dieser Rechner misst für den Raum' : 'Dieser Rechner hat für den Raum gemessen'}: ${count(configs)} ${configs === 1 ? 'Konfiguration' : 'Konfigurationen'}.`,
  noEngine: 'Das Rechenwerk ist beendet.',
  others: 'Raum',
  point: (by: string, config: string) => `${by}: ${config}`,
};
