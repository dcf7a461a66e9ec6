// German: what the page is, its keys, and the words that it uses.
import type { learn as english } from '../en/learn';

export const learn: typeof english = {
  title: 'Worum es geht',
  about:
    'Trainierte Netze speichern meist jedes Gewicht als Float mit 32 Bit. Die meisten Schichten brauchen viel weniger Bit, aber nicht alle gleich viele. Jeder Regler hier stellt die Bitbreite einer Schicht eines echten Faltungsnetzes ein. Dann wird das Netz gerundet und seine Genauigkeit auf Testbildern gemessen, in deinem Browser: Nichts wird hochgeladen.',
  tryThis:
    'Senke zuerst die Schichten, in denen der größte Teil der Modellgröße steckt, und beobachte, welche Bilder verloren gehen. Oder lass eine Suche die Bitbreiten finden, und lade, was sie findet.',
  keys: {
    faders: 'Tasten auf einem Regler',
    plot: 'Tasten und Gesten im Diagramm',
    page: 'Tasten überall',
  },
  glossary: 'Glossar',
  rackKeys: [
    { keys: '← →', does: 'Zu einem anderen Kanalzug; mit Umschalt unterwegs auswählen' },
    { keys: '↑ ↓', does: 'Eine Raste mehr oder weniger Bit' },
    { keys: 'Bild auf, Bild ab', does: 'Zwei Rasten mehr oder weniger' },
    { keys: '1–8', does: 'Bitbreite einstellen' },
    { keys: 'F 0 Ende', does: 'Auf Float stellen' },
    { keys: 'Pos1', does: 'Auf die wenigsten Bit stellen' },
    { keys: 'S', does: 'Solo: alle anderen Schichten in Float, bis zum nächsten Druck' },
    { keys: 'M', does: 'Stumm: diese Schicht in Float, bis zum nächsten Druck' },
    { keys: 'X', does: 'Zweig dieser Schicht auslassen: Das Netz läuft ohne ihn' },
    { keys: 'L', does: 'Sperren: Wischen, Gruppen, Kürzen und Suchen lassen sie in Ruhe' },
    { keys: 'P', does: 'Diese Bitbreiten als A, B oder C anheften' },
    { keys: 'Leertaste', does: 'Auswählen; mit Umschalt zur Auswahl hinzufügen' },
    { keys: 'Strg A', does: 'Alle Schichten auswählen' },
    { keys: 'Esc', does: 'Ziehen zurücknehmen oder Auswahl aufheben' },
  ],
  plotKeys: [
    { keys: '← →', does: 'Durch die Konfigurationen nach Größe; ↑ ↓ nach Genauigkeit' },
    { keys: 'Eingabe', does: 'Konfiguration laden' },
    { keys: 'P', does: 'Anheften; auch mit Umschalt-Klick' },
    { keys: '+ −', does: 'Zoomen; auch mit Mausrad und zwei Fingern' },
    { keys: 'Umschalt ← →', does: 'Verschieben; auch Ziehen mit Umschalt' },
    { keys: 'Ziehen', does: 'In einen Ausschnitt zoomen' },
    { keys: '0', does: 'Wieder alles zeigen' },
  ],
  pageKeys: [
    { keys: 'Umschalt-Klick', does: 'Mehrere Schichten auswählen' },
    { keys: 'Strg Z', does: 'Rückgängig' },
    { keys: 'Strg Umschalt Z', does: 'Wiederholen' },
    { keys: 'Strg K', does: 'Alle Aktionen' },
    { keys: 'Umschalt F', does: 'Beamer-Ansicht' },
    { keys: '?', does: 'Diese Karte' },
  ],
  terms: [
    [
      'Bitbreite',
      'Mit wie vielen Bit ein Gewicht oder eine Aktivierung gespeichert wird: 3 Bit erlauben 8 verschiedene Werte.',
    ],
    ['Konfiguration', 'Die Bitbreiten aller Schichten zusammen.'],
    ['Quantisierer', 'Die Regel, die Float-Werte auf die wenigen Werte abbildet, die eine Bitbreite erlaubt.'],
    ['Modellgröße', 'Byte der Datei mit dicht gepackten Gewichten, Skalen und Biasen.'],
    ['BitOps', 'Multiplikationen pro Bild, jede gewichtet mit den Bit beider Faktoren.'],
    ['Float', 'Das Netz ohne Rundung: Damit wird jede Konfiguration verglichen.'],
    ['Pareto-Front', 'Die Konfigurationen, die keine andere in Größe und Genauigkeit zugleich schlägt.'],
    [
      'Intervall',
      'Bereich, der in 95 von 100 solchen Messungen die wahre Genauigkeit enthält, bei dieser Zahl von Testbildern.',
    ],
    ['Im Rahmen des Zufalls', 'Der Unterschied ist zu klein, um ihn vom Glück bei der Ziehung der Bilder zu trennen.'],
    [
      'Empfindlichkeit',
      'Wie viel Genauigkeit eine Schicht bei einer Bitbreite kostet, während alle anderen in Float bleiben.',
    ],
    ['Schätzung', 'Eine Vorhersage aus der Empfindlichkeitstabelle, gezeigt, bis die Messung da ist.'],
    [
      'QAT',
      'Quantisierungsbewusstes Training (quantization-aware training): Training mit eingebauter Rundung, damit sich die Gewichte an sie anpassen.',
    ],
    ['Destillation', 'Ein Netz darauf trainieren, die Ausgaben eines anderen nachzuahmen, hier die des Float-Netzes.'],
  ],
  find: 'Aktion suchen',
  nothing: 'Keine Aktion passt.',
  present: 'Beamer-Ansicht',
  leave: 'Verlassen',
  openTab: (tab: string) => `${tab} zeigen`,
  openView: (view: string) => `${view} zeigen`,
  openNetwork: 'Eigenes Netz öffnen …',
  openImages: 'Bilder wählen …',
};
