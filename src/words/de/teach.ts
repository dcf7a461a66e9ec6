// German: the wide view for teachers.
import type { teach as english } from '../en/teach';
import { count, fixed, percent, upTo } from '../numbers';

export const teach: typeof english = {
  title: 'Unterricht',
  open: 'Für Lehrkräfte',
  close: 'Schließen',
  print: 'Drucken',
  about:
    'Alles läuft in den Browsern im Raum: keine Konten, kein Server, der rechnet, nichts wird hochgeladen. Auch Telefone und alte Laptops können mitmachen.',

  room: 'Diesen Raum vorbereiten',
  roomAbout: 'Öffne diese Ansicht auf einem der Geräte im Raum, unter der Adresse, die alle benutzen werden.',
  ok: 'bereit',
  mind: 'zu beachten',
  secure: 'Adresse',
  secureYes: 'Ein sicherer Kontext: GPUs, Aufbewahren der Seite und Kopieren funktionieren.',
  secureNo:
    'Nicht über https ausgeliefert: Alles funktioniert, aber die GPU bleibt ungenutzt, die Seite wird nicht für den Betrieb ohne Internet aufbewahrt, und Links werden mit Strg+C kopiert. `fewbits serve --https` oder `fewbits room --https` ändert das.',
  kept: 'Ohne Internet',
  keptYes: (files: number, megabytes: number) =>
    `Dieses Gerät bewahrt die Seite auf: ${count(files)} Dateien, ${fixed(megabytes, 1)} MB. Einmal geöffnet, braucht sie kein Internet mehr.`,
  keptSoon:
    'Noch nicht aufbewahrt. Beim ersten Besuch dauert das einen Moment; manche privaten Fenster bewahren nie eine Seite auf.',
  keptNo: 'Die Seite wird hier nicht aufbewahrt: Jedes Neuladen braucht das Internet.',
  keepMore: (megabytes: number) => `Gewichte aller Netze aufbewahren (${fixed(megabytes, 1)} MB)`,
  keeping: 'Die Gewichte werden geholt …',
  keptAll: 'Die Gewichte aller Netze sind aufbewahrt.',
  keepFailed: (why: string) => `Nicht alle Gewichte konnten geholt werden: ${why}`,
  storage: 'Speicherplatz',
  storageFree: (megabytes: number) =>
    `${count(megabytes)} MB sind für diese Seite frei: genug für Gewichte und Suchen.`,
  storageLow: (megabytes: number) =>
    `Nur ${count(megabytes)} MB sind für diese Seite frei; womöglich bleiben trainierte Gewichte nicht erhalten.`,
  storageUnknown: 'Dieser Browser sagt nicht, wie viel er speichern kann.',
  machine: 'Rechnen',
  machineSays: (device: string, cores: number) => `${device}; ${cores === 1 ? '1 Kern' : `${count(cores)} Kerne`}.`,
  speed: 'Tempo',
  speedSays: (imagesPerSecond: number, seconds: number) =>
    `${count(imagesPerSecond)} Bilder pro Sekunde mit dem jetzigen Netz: Eine Konfiguration zu messen dauert etwa ${upTo(seconds, seconds < 2 ? 1 : 0)} s.`,
  speedSlow: 'Wähle Tiny für dieses Gerät.',
  speedWaits: 'Bekannt, sobald das jetzige Netz einmal gemessen ist.',
  demo: 'Vorführsuche',
  demoSays: (images: number, seconds: number) =>
    `Eine Suche mit ${count(images)} Bildern dauert hier etwa ${count(seconds)} s.`,

  plan: 'Plan',
  minutes: 'Minuten',
  what: 'Was',
  agendas: {
    short: {
      title: '45 Minuten',
      rows: [
        'Seite öffnen; am Beamer gemeinsam einen Regler ziehen: die größte Schicht senken und beobachten, welche Bilder verloren gehen.',
        'Lektion 1. Ein paar Schätzungen laut nennen lassen, bevor sie feststehen.',
        'Lektion 2. Sammeln: Welche Schicht hat euch überrascht, und warum könnte sie so empfindlich sein?',
        'Lektion 3.',
        'Tagesaufgabe. Alle geben einen Link ab; die Rangliste entsteht am Beamer.',
        'Die beste Abgabe laden, dann das Beste der Suche. Was würdet ihr einsetzen, und was würdet ihr vorher prüfen?',
      ],
    },
    long: {
      title: '90 Minuten',
      rows: [
        'Seite öffnen; am Beamer gemeinsam einen Regler ziehen.',
        'Lektion 1: Was ist ein Bit?',
        'Lektion 2: Nicht alle Schichten sind gleich.',
        'Lektion 3: Mit einem Budget haushalten.',
        'Lektion 4: Die Maschine suchen lassen. Ihre Pareto-Front mit dem vergleichen, was von Hand gefunden wurde.',
        'Pause.',
        'Lektion 5: Dafür trainieren oder besser runden.',
        'Lektion 6: Wie klein geht es?',
        'Zwei Aufgaben: die genaueste Konfiguration einer Größe, dann die kleinste, die einen Punkt verliert. Rangliste, laden, besprechen.',
        'Die beste Abgabe als ONNX exportieren. Welches Gerät könnte sie ausführen, und was geht unterwegs verloren?',
      ],
    },
  },

  numbers: 'Zu erwartende Zahlen',
  numbersAbout:
    'Genauigkeit auf allen Testbildern mit den vortrainierten Gewichten, alle Schichten mit einer Breite und Aktivierungen mit 8 Bit, mit 95-%-Intervallen. Ein anderes Gerät kann um ein oder zwei Bilder abweichen.',
  imagesOf: (n: string) => `n = ${n}`,
  numbersOf: (network: string, fingerprint: string) => `${network}, Gewichte ${fingerprint}`,
  width: 'Gewichte',
  float: 'Float',
  bits: (bits: number) => `${count(bits)} Bit`,
  interval: ({ lower, upper }: { readonly lower: number; readonly upper: number }) =>
    `${percent(lower)} bis ${percent(upper)} %`,
  noNumbers: (why: string) => `Die vorberechneten Zahlen konnten nicht geladen werden: ${why}`,

  answers: 'Lösungen',
  answersAbout:
    'Jede Lektion misst im Browser vor dir und vergleicht den Tipp damit; eine abgeschlossene Lektion (✓ im Tab Lernen) ist die Lösung. Für die Bewertung auf Papier gibt es unten ein Lösungsblatt mit den zu erwartenden Zahlen.',

  links: 'Links zum Weitergeben',
  linksAbout:
    'Stelle ein, womit alle beginnen, was ausgeblendet wird und was bei allen gleich ist. Der Code lässt sich vom Beamer scannen. Ausgeblendetes lässt sich überall mit einem Klick wieder zeigen.',
  startWith: 'Beginnen mit',
  freely: 'einem Netz mit 8 Bit',
  fromDesk: 'dem, was jetzt auf diesem Pult ist',
  linkNetwork: 'Netz',
  linkChallenge: 'Aufgabe',
  noChallenge: 'keine',
  linkHides: 'Ausblenden',
  linkNeeds: 'die Lektion braucht es',
  linkFixes: 'Startwert (Seed) von Suchen, Training und Tagesaufgabe festlegen',
  linkSeed: 'Startwert',
  linkProjected: 'In der Beamer-Ansicht öffnen',
  linkJoins: 'Diesem Live-Raum beitreten',
  linkLabel: 'Link',
  linkCopied: 'Link kopiert.',
  linkCode: 'QR-Code des Links für den Raum',
  rankAbout: 'Bei einer Aufgabe öffne ihren Link selbst und drücke „Rangliste der Abgaben“ im Tab Lernen.',

  papers: {
    title: 'Folien und Arbeitsblätter',
    about:
      'Je eine HTML-Datei aus den Lektionen, den zu erwartenden Zahlen und dem Link oben. Sie braucht kein Internet und öffnet sich vom USB-Stick. Folien blättern mit Pfeiltasten und Wischen; gedruckt werden sie ein PDF mit einer Seite pro Folie.',
    kinds: { slides: 'Folien', handout: 'Arbeitsblatt zum Drucken', key: 'Lösungsblatt' },
    saved: 'Gespeichert.',
    fileName: (kind: string, agenda: string, language: string) =>
      `fewbits-${kind}-${agenda === 'short' ? 45 : 90}min-${language}.html`,
    license: 'Texte der Lektionen: fewbits, CC BY 4.0 (creativecommons.org/licenses/by/4.0).',
    open: 'Öffne diese Adresse oder scanne den Code.',
    end: 'Danke. Was würdet ihr einsetzen?',
    turn: 'Folien',
    expect: (value: string, interval: string) => `Zu erwarten: ${value} (${interval})`,
    exactly: (value: string) => `${value}, genau gezählt`,
    measureHere: 'Wird im Raum gemessen: Jeder Browser zeigt seine eigene Zahl.',
    row: (width: string, accuracy: string, interval: string, n: string) =>
      `${width}: ${accuracy} % (${interval}, n = ${n})`,
    name: 'Name',
    handoutAbout: 'Schreib deinen Tipp auf, bevor du ihn festlegst, danach, was dein Browser misst.',
    guess: 'Mein Tipp',
    measured: 'Gemessen',
    key: 'Lösungsblatt',
    keyAbout: 'Nicht für Teilnehmende. Die Zahlen gelten für die vortrainierten Gewichte, mit 95 % Konfidenz.',
  },
};
