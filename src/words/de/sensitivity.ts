// German: the map of sensitivity.
import type { sensitivity as english } from '../en/sensitivity';
import { count, signed } from '../numbers';
import { units } from './units';

export const sensitivity: typeof english = {
  layer: 'Schicht',
  bits: 'Bit',
  choice: 'Empfindlichkeit der',
  note: (precomputed: boolean, images: number) =>
    `Änderung der Genauigkeit in Punkten, immer nur eine Schicht · ${precomputed ? 'vorberechnet' : 'hier gemessen'} (${count(images)} Validierungsbilder)`,
  caption: (tensor: string) =>
    `Änderung der Genauigkeit in Punkten pro Schicht und Bitbreite (${tensor}), alle anderen Schichten in Float. Pfeiltasten bewegen, Eingabe stellt die Schicht ein.`,
  points: (change: number) => signed(change * 100, 1),
  cell: (layer: string, bits: number, change: number, loss: number) =>
    `${layer} bei ${units.bitsInWords(bits)}: Genauigkeit ${signed(change * 100, 1)} Punkte, Kreuzentropie ${signed(loss, 3)} Nat`,
  unmeasured: (layer: string, bits: number) => `${layer} bei ${units.bitsInWords(bits)}: nicht gemessen`,
  progress: (done: number, total: number) =>
    `Jede Schicht wird mit jeder Bitbreite gemessen: ${count(done)} von ${total > 0 ? count(total) : '…'}`,
  choosing: (done: number, total: number) =>
    `Für jede Schicht und jede Bitbreite werden Codes gewählt: ${count(done)} von ${total > 0 ? count(total) : '…'}`,
  stop: 'Anhalten',
  question: 'Welche Schichten sind gegen wenige Bit empfindlich?',
  soon: 'Wird im Hintergrund gemessen, sobald die Engine bereit ist.',
  noEstimate: (correction: 'none' | 'bias' | 'batchNorm') =>
    `${correction === 'batchNorm' ? 'Die Batch-Norms werden' : 'Die Bias-Korrektur wird'} für jede Konfiguration neu bestimmt, deshalb haben einzelne Schichten keine eigenen Kosten: Es gibt keine Schätzung, und jede Konfiguration wird gemessen.`,
  measureHere: 'Auf diesem Gerät messen',
  measure: 'Empfindlichkeit messen',
};
