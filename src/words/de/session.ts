// German: starting, opening images and networks, and an engine that stops or is silent.
import type { session as english } from '../en/session';
import { count } from '../numbers';

export const session: typeof english = {
  restarted: 'Die Engine wurde neu gestartet.',
  stopped: (why: string) => `Die Engine ist stehen geblieben: ${why}`,
  kept: 'Deine Bitbreiten und Messungen bleiben erhalten.',
  resumable: 'Das Training kann vom letzten Zwischenstand fortgesetzt werden.',
  silent: (seconds: number) =>
    `Seit ${count(seconds)} s keine Antwort von der Engine. Auf einem langsamen Gerät kann ein Arbeitsschritt so lange dauern; sie kann aber auch abgestürzt sein. Beim Neustart bleiben deine Bitbreiten und Messungen erhalten.`,
  noWorker: 'Der Worker der Engine konnte nicht gestartet werden.',
  ready: (backend: string, device: string) => `Bereit: Es rechnet ${backend}, ${device}.`,
  noWasm: (why: string) =>
    `WebAssembly ist nicht verfügbar, deshalb rechnet die Seite in reinem JavaScript, was um ein Vielfaches langsamer ist: ${why}`,
  updated:
    'Die Website wurde aktualisiert, seit diese Seite geöffnet ist. Lade sie neu: Dein Netz und seine Bitbreiten stehen in der Adresse.',
  canceled: 'Abgebrochen.',
  openingImages: 'Bilder werden geöffnet',
  imagesOpen: (images: string, test: number) => `${images}: ${count(test)} Testbilder.`,
  noImages: (why: string, images: string) => `${why} Ohne Bilder (${images}) wird nichts gemessen.`,
  shownInstead: (why: string, name: string) => `${why} Bis dahin wird ${name} gezeigt.`,
  stays: (why: string, name: string) => `${why} Bis dahin bleibt ${name} geöffnet.`,
  noWeights: (network: string, why: string) =>
    `Die Gewichte von ${network} konnten nicht geladen werden, deshalb wird nichts gemessen. ${why}`,
  whichWeights: (network: string) => `die Wahl der Gewichte von ${network}`,
  // The reason is an English clause of the engine.
  unreadWeights: (network: string, why: string) =>
    `Die hier trainierten Gewichte von ${network} sind nicht lesbar („${why}“). Jetzt sind die von vor dem Training in Gebrauch; trainiere noch einmal, um zu ersetzen, was nicht lesbar ist.`,
  goneWeights: (network: string, origin: 'shipped' | 'initial' | 'own' | 'trained') =>
    `Die zuletzt gebrauchten Gewichte von ${network} sind nicht mehr in diesem Browser; jetzt sind ${
      {
        shipped: 'die vortrainierten',
        initial: 'zufällige',
        own: 'die aus der Datei',
        trained: 'die zuletzt trainierten',
      }[origin]
    } in Gebrauch.`,
  weightsInUse: 'Die Gewichte sind in Gebrauch.',
  untrainedInUse: 'Die Gewichte von vor dem Training sind in Gebrauch.',
  trainingBlocks:
    'Gerade läuft ein Training mit diesem Netz, diesen Gewichten und diesen Bildern. Halte es erst an, dann kannst du andere öffnen.',
  // The noun comes last in its sentence, so that neither its number nor its gender matters.
  notKept: (what: string, why: string, advice: string) =>
    `In diesem Browser nicht gespeichert: ${what} (${why}). Bis die Seite geschlossen wird, geht nichts verloren. ${advice}`,
  refused: 'der Speicher des Browsers hat es verweigert',
  advice: {
    network: 'Um das Netz wiederzuhaben, exportiere es als Projekt oder behalte seine Datei.',
    weights: 'Um die Gewichte wiederzuhaben, exportiere sie als Projekt.',
    images: 'Wähle sie beim nächsten Besuch noch einmal.',
    search:
      'Lass die Suche zu Ende laufen, bevor du die Seite schließt: Ihr Ergebnis kannst du auf die Regler laden und exportieren.',
    handIns: 'Exportiere die Rangliste als Tabelle, bevor du die Seite schließt.',
    run: 'Verwirf Suchen, die du nicht mehr brauchst, um Platz zu schaffen.',
  },
  removed: 'Aus diesem Browser entfernt.',
};
