// German: the dialog that shares a link.
import type { share as english } from '../en/share';
import { count } from '../numbers';

export const share: typeof english = {
  title: 'Teilen',
  link: 'Link zu Netz, Bildern, Bitbreiten, Quantisierer, Trainingsoptionen und Ansicht',
  copy: 'Link kopieren',
  copied: 'Link kopiert.',
  length: (n: number) => `${count(n)} Zeichen`,
  withoutWeights:
    'Links enthalten keine hier trainierten Gewichte: Wer den Link öffnet, bekommt die ursprünglichen und kann mit denselben Optionen trainieren.',
  withoutImages: 'Links enthalten keine Bilder: Wer den Link öffnet, braucht dieselben Bilder im eigenen Browser.',
  tooLong: (n: number) =>
    `Der Link hat ${count(n)} Zeichen, zu viele für einen QR-Code, den ein Telefon lesen kann. Kopiere ihn stattdessen.`,
  qr: 'QR-Code',
  qrLoading: 'Der QR-Code wird geladen …',
  qrOfLink: 'QR-Code des Links',
};
