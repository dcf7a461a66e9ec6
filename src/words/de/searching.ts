// German: searches as they run.
import type { searching as english } from '../en/searching';
import { count, percent, sizeInWords, upTo } from '../numbers';

const configs = (n: number) => `${count(n)} ${n === 1 ? 'Konfiguration' : 'Konfigurationen'}`;
/** How the phase begins by which a run is known to be at its front. */
const front = 'Messung der Pareto-Front auf';

export const searching: typeof english = {
  runName: (method: string, limit: string, seed: number) => `${method} · ${limit} · Seed ${seed}`,
  limit: {
    memory: (kilobytes: number) => sizeInWords(kilobytes * 1024),
    compression: (times: number) => `Gewichte ${upTo(times, 2)}× kleiner`,
    bitOps: (millions: number) => `${upTo(millions, 2)} M BitOps`,
    loss: (points: number) => `verliert höchstens ${upTo(points, 2)} ${points === 1 ? 'Punkt' : 'Punkte'}`,
    none: 'ohne Grenze',
  },
  onBoard: (limit: string, board: string) => `${limit}, auf ${board}`,
  byTable: (limit: string, table: string) => `${limit}, Kosten aus ${table}`,
  started: (run: string) => `${run} hat begonnen.`,
  waits: (run: string) => `${run} beginnt, wenn die Suche davor endet.`,
  failed: (run: string, why: string) => `${run} ist fehlgeschlagen: ${why}`,
  ended: (run: string, state: string, measurements: number, best: string) =>
    `${run}: ${state}, ${count(measurements)} ${measurements === 1 ? 'Messung' : 'Messungen'}. ${best}`,
  quarter: (percents: number) => `${count(percents)} Prozent des Budgets verbraucht.`,
  best: (accuracy: number) => `Beste bisher: ${percent(accuracy)} Prozent.`,
  news: (run: string, sentences: readonly string[]) => `${run}: ${sentences.join(' ')}`,
  elsewhere: (run: string) => `${run} läuft in einem anderen Tab.`,
  discarded: (run: string) => `${run} ist verworfen; zehn Sekunden lang lässt sich das rückgängig machen.`,
  back: (run: string) => `${run} ist wieder da.`,
  noMethods: (why: string) =>
    `Die Suchverfahren konnten nicht geladen werden, deshalb kann keine Suche gestartet werden: ${why}`,
  because: {
    restarted: 'die Engine wurde neu gestartet',
    replaced: 'ein anderes Netz, andere Bilder oder andere Gewichte wurden geöffnet',
    closed: 'die Seite wurde geschlossen',
    shortLived: (why: string) => `bleibt nur, solange diese Seite offen ist: ${why}`,
    listFull: 'der Speicher des Browsers für die Liste der Suchen ist voll oder verweigert es',
  },
  preparing: 'Vorbereitung',
  resuming: 'Fortsetzung',
  front,
  frontOn: (n: number) => `${front} ${count(n)} Testbildern`,
  proving: (bytes: number, n: number, state: 'open' | 'proved' | 'failed') =>
    `Beweis des Verlusts: ${sizeInWords(bytes)} auf ${count(n)} ungesehenen Bildern, ${
      { open: 'noch nicht bewiesen', proved: 'bewiesen', failed: 'nicht bewiesen' }[state]
    }`,
  scored: (run: string, n: number) => `${run}: Die Pareto-Front aus ${configs(n)} ist auf Testbildern gemessen.`,
  notScored: (why: string) => `die Pareto-Front konnte nicht gemessen werden: ${why}`,
  notScoredOf: (run: string, why: string) => `Die Pareto-Front von ${run} konnte nicht gemessen werden: ${why}`,
  unread: (why: string) => `das Gelernte konnte nicht gelesen werden: ${why}`,
  unreadOf: (run: string, why: string) => `Was ${run} gelernt hatte, konnte nicht gelesen werden: ${why}`,
  predicted: (run: string, n: number) => `Die Tabelle von ${run} sagt ${configs(n)} vorher.`,
  notPredicted: (why: string) => `Aus dieser Tabelle ergab sich keine Pareto-Front: ${why}`,
  ranked: (run: string, proxies: number) =>
    `An den Konfigurationen von ${run} verglichene Ersatzmaße: ${count(proxies)}.`,
  notRanked: (why: string) => `Die Ersatzmaße konnten nicht verglichen werden: ${why}`,
};
