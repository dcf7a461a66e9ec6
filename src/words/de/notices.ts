// German: bars over the page.
import type { notices as english } from '../en/notices';
import { count } from '../numbers';

const unreadable = (n: number, one: string, many: string) =>
  n === 1
    ? `${one} in diesem Browser ist nicht lesbar: beschädigt oder von einer anderen Version dieser Seite. Sonst ist nichts betroffen.`
    : `${count(n)} ${many} in diesem Browser sind nicht lesbar: beschädigt oder von einer anderen Version dieser Seite. Sonst ist nichts betroffen.`;

export const notices: typeof english = {
  dismiss: 'Schließen',
  action: {
    restartEngine: 'Engine neu starten',
    restartWithoutGpu: 'Ohne GPU neu starten',
    retryCode: 'Erneut versuchen',
    retryNetwork: 'Erneut versuchen',
    retryImages: 'Erneut versuchen',
    retryShipped: 'Erneut versuchen',
    retryComparison: 'Erneut versuchen',
    reload: 'Seite neu laden',
    undo: 'Rückgängig',
    update: 'Aktualisieren',
    wait: 'Warten',
  },
  newVersion:
    'Eine neue Version von fewbits ist bereit. Beim Aktualisieren wird die Seite neu geladen; dein Netz und seine Bitbreiten stehen in der Adresse.',
  codeMissing: 'Ein Teil der Seite konnte nicht geladen werden. Prüfe die Verbindung.',
  insecure:
    'Diese Seite kommt nicht über https, deshalb gibt ihr der Browser keinen Zugriff auf WebGPU: Alles funktioniert, aber Netze laufen womöglich langsamer. Öffne sie über https (fewbits serve --https) oder von http://localhost; mehr steht in docs/hosting.md.',
  linkProblems: 'Ein Teil des Links wurde nicht verstanden; alles andere wird gezeigt.',
  linkAdvice: 'Prüfe, ob der Link vollständig ist, oder stelle diese Werte selbst ein.',
  linkOwnNetwork: (name: string, layers: number) =>
    `Dieser Link gehört zu einem eigenen Netz, „${name}“ (Schichten: ${count(layers)}). Links enthalten keine Gewichte; bitte den Absender um die Datei. Alles andere aus dem Link wird gezeigt.`,
  openItsFile: 'Datei öffnen …',
  unreadable: {
    search: (n: number) => unreadable(n, 'Eine gespeicherte Suche', 'gespeicherte Suchen'),
    network: (n: number) => unreadable(n, 'Ein gespeichertes eigenes Netz', 'gespeicherte eigene Netze'),
    training: (n: number) => unreadable(n, 'Ein gespeicherter Trainingslauf', 'gespeicherte Trainingsläufe'),
  },
  download: 'Herunterladen',
  remove: 'Entfernen',
};
