// The map of sensitivity.
import { count, signed } from '../numbers';
import { words } from '../words';
import { units } from './units';

export const sensitivity = words('sensitivity', {
  layer: 'layer',
  bits: 'bits',
  choice: 'Sensitivity of',
  note: (precomputed: boolean, images: number) =>
    `Accuracy change in points, one layer at a time · ${precomputed ? 'precomputed' : 'measured here'} (${count(images)} validation images)`,
  caption: (tensor: string) =>
    `Accuracy change in points per layer and bit width of its ${tensor}, with all other layers in float. Arrow keys move, Enter sets the layer.`,
  points: (change: number) => signed(change * 100, 1),
  cell: (layer: string, bits: number, change: number, loss: number) =>
    `${layer} at ${units.bitsInWords(bits)}: accuracy ${signed(change * 100, 1)} points, loss ${signed(loss, 3)} nats`,
  unmeasured: (layer: string, bits: number) => `${layer} at ${units.bitsInWords(bits)}: not measured`,
  progress: (done: number, total: number) =>
    `Measuring every layer at every bit width: ${count(done)} of ${total > 0 ? count(total) : '…'}`,
  choosing: (done: number, total: number) =>
    `Choosing the codes of every layer at every bit width: ${count(done)} of ${total > 0 ? count(total) : '…'}`,
  stop: 'Stop',
  question: 'Which layers are sensitive to low precision?',
  soon: 'Measured in the background once the engine is ready.',
  /** Where something is computed anew for every config. */
  noEstimate: (correction: 'none' | 'bias' | 'batchNorm') =>
    `${correction === 'batchNorm' ? 'Batch norms are re-estimated' : 'Bias correction is recomputed'} for every config, so single layers have no cost of their own: there is no estimate, and every config is measured.`,
  measureHere: 'Measure on this device',
  measure: 'Measure sensitivity',
});
