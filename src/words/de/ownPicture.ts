// German: a picture of the person's own, classified live.
import type { ownPicture as english } from '../en/ownPicture';
import { percent } from '../numbers';

export const ownPicture: typeof english = {
  title: 'Dein eigenes Bild',
  open: 'Bild öffnen',
  camera: 'Kamera verwenden',
  stopCamera: 'Kamera ausschalten',
  clear: 'Löschen',
  ink: 'Farbe',
  colors: ['Schwarz', 'Weiß', 'Rot', 'Orange', 'Gelb', 'Grün', 'Blau', 'Braun'] as readonly string[],
  pad: (width: number, height: number) => `Dein Bild, ${width} × ${height} Pixel`,
  help: (width: number, height: number) =>
    `Zeichne hier oder öffne ein Bild: Es wird auf die ${width} × ${height} Pixel skaliert, die das Netz liest.`,
  privacy: 'Das Bild bleibt in dieser Seite: Es wird weder gespeichert noch gesendet.',
  float: 'Float',
  now: 'Jetzt',
  same: (name: string) => `Float und jetzt stimmen überein: ${name}.`,
  differs: (float: string, now: string) => `Float sieht: ${float}. Jetzt: ${now}.`,
  probability: (name: string, share: number) => `${name}: ${percent(share)} %`,
  noCamera: (message: string) =>
    `Die Kamera kann nicht verwendet werden: ${message} Erlaube sie in den Einstellungen des Browsers oder öffne ein Bild.`,
  notAPicture: (name: string) =>
    `„${name}“ ist kein Bild, das dieser Browser lesen kann. Wähle eine PNG-, JPEG-, WebP- oder GIF-Datei.`,
  failed: (message: string) => `Das Bild konnte nicht klassifiziert werden: ${message}`,
};
