// German: challenges, handing in, and the ranking of a room.
import type { challenges as english } from '../en/challenges';
import { count, fixed, percent, sizeInWords, upTo } from '../numbers';

export const challenges: typeof english = {
  title: 'Aufgaben',
  about:
    'Eine Aufgabe für eine Klasse oder für dich allein. Es zählt, was beim Erstellen der Rangliste gemessen wird, nicht was jemand behauptet.',
  accurate: (bytes: number, atLeast?: number) =>
    `Die genaueste Konfiguration mit höchstens ${sizeInWords(bytes)}${atLeast === undefined ? '' : ` und mindestens ${upTo(atLeast, 1)} %`}`,
  small: (points: number) =>
    `Die kleinste Konfiguration, die höchstens ${upTo(points, 2)} ${points === 1 ? 'Punkt' : 'Punkte'} verliert`,
  beat: (bytes: number, best: number) =>
    `Schlage die Suchen: mindestens ${upTo(best, 1)} % mit höchstens ${sizeInWords(bytes)}`,
  daily: (day: string) => `Tagesaufgabe, ${day}`,
  ofSeed: (seed: number) => `Aufgabe zum Startwert ${count(seed)}`,
  take: 'Annehmen',
  takeThis: (challenge: string) => `Annehmen: ${challenge}`,
  leave: 'Aufgabe verlassen',
  handIn: 'Abgeben',
  rank: 'Rangliste der Abgaben',
  yours: (verdict: string) => `Deine Konfiguration: ${verdict}`,
  tooLarge: (by: number) => `${sizeInWords(by)} zu groß.`,
  tooInaccurate: (value: number, atLeast: number) => `${percent(value)} %; verlangt sind ${upTo(atLeast, 1)} %.`,
  losesTooMuch: (lost: number, most: number) =>
    `Verlust von ${fixed(lost, 1)} Punkten; erlaubt ${most === 1 ? 'ist' : 'sind'} ${upTo(most, 2)}.`,
  unmeasured: 'Noch nicht gemessen.',
  name: 'Dein Name oder Spitzname',
  needsName: 'Gib zuerst einen Namen ein: Die Rangliste zeigt ihn.',
  link: 'Link zum Abgeben',
  copied: 'Link kopiert. Schicke ihn an die Person, die die Rangliste führt.',
  saveFile: 'Als Datei speichern',
  fileName: (name: string) => `fewbits-${name.trim().replace(/[^\p{L}\p{N}]+/gu, '-')}.txt`,
  qrOfHandIn: 'QR-Code der Abgabe',
  ownNetwork: 'Eigene Netze lassen sich nicht abgeben: Die anderen haben die Datei nicht.',
  trained:
    'Abgaben enthalten Bitbreiten und Rundung, aber keine hier trainierten Gewichte: Die Rangliste misst sie mit den vortrainierten.',
  ranking: 'Rangliste',
  paste: 'Abgaben: Links einfügen, beliebig viele',
  add: 'Abgaben hinzufügen',
  openFiles: 'Dateien öffnen …',
  nothingFound: 'Darin wurden keine Links gefunden.',
  added: (added: number, found: number) =>
    `${count(added)} ${added === 1 ? 'Abgabe' : 'Abgaben'} hinzugefügt${found > added ? `; schon vorhanden: ${count(found - added)}` : ''}.`,
  measure: 'Messen',
  measuring: (left: number) => `Messung läuft, noch ${count(left)} …`,
  stop: 'Anhalten',
  csv: 'Als CSV exportieren',
  clear: 'Alle entfernen',
  place: 'Platz',
  person: 'Name',
  accuracy: 'Genauigkeit (%)',
  size: 'Größe',
  loses: 'Verlust (Punkte)',
  verdict: 'Ergebnis',
  met: 'Aufgabe erfüllt.',
  load: 'Laden',
  loadOf: (name: string) => `Konfiguration laden: ${name}`,
  remove: 'Entfernen',
  removeOf: (name: string) => `Abgabe entfernen: ${name}`,
  csvName: 'fewbits-rangliste.csv',
  onImages: (n: number) => `Auf diesem Gerät gemessen, auf ${count(n)} Testbildern.`,
  beats: (people: number, all: number, waiting: number) =>
    `Aufgabe ${waiting === 0 ? '' : 'bisher '}erfüllt: ${count(people)} von ${count(all)}${waiting === 0 ? '' : `; noch nicht gemessen: ${count(waiting)}`}.`,
  leads: (name: string) => `${name} führt.`,
  nobody: 'ohne Namen',
  unreadable: 'Kein Link dieser Seite.',
  otherTask: 'Mit einem anderen Netz oder anderen Bildern erstellt.',
  noChallenge: 'Ohne Aufgabe abgegeben.',
  otherChallenge: 'Für eine andere Aufgabe erstellt.',
  handInsName: 'Die Abgaben',
};
