// The strips with their faders, and the map of sensitivity.
import { count, signed } from '../numbers';
import { words } from '../words';
import { units } from './units';

const of = (layer: string, tensor: string) => `${layer} ${tensor}`;

export const faders = words('faders', {
  /** What the faders show, as choices. */
  tensors: { weights: 'weights', activations: 'activations', both: 'both' },
  tensorChoice: 'Faders show the bits of',
  presets: 'Presets',
  preset: {
    float: 'float',
    8: '8',
    6: '6',
    4: '4',
    3: '3',
    2: '2',
    ends: 'first + last 8, rest 4',
  },
  unsupported: (quantizer: string) => `${quantizer} does not support these bit widths`,
  howTo: (canSkip: boolean) =>
    `Drag a fader, sweep across several, or press 1–8 (F float, ${canSkip ? 'S skip, ' : ''}L lock) · input → output`,
  order: 'input → output',
  dragMe: 'Drag me to 2 bits',
  tapTwo: 'Tap 2: give this layer 2 bits',
  fewer: (layer: string, tensor: string) => `Fewer bits for ${of(layer, tensor)}`,
  more: (layer: string, tensor: string) => `More bits for ${of(layer, tensor)}`,
  skip: 'skip',
  skipKey: 'S',
  skipLayer: (layer: string) => `Skip ${layer}`,
  skipTip: (layers: string) => `Skip ${layers}: the network runs without this branch, at 0 bits (S)`,
  unskipTip: (layers: string) => `Restore ${layers}: the network runs with this branch again (S)`,
  selectTip: (layer: string) => `Select ${layer}; Shift-click to add`,
  sizeTip: 'Weights, scales and biases of this layer',
  locked: 'locked: searches leave this layer as it is',
  floatShort: 'f',
  sensitivity: {
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
    question: 'Which layers are sensitive to low precision?',
    soon: 'Measured in the background once the engine is ready.',
    noEstimate:
      'Bias correction is recomputed for every config, so single layers have no cost of their own: there is no estimate, and every config is measured.',
    measureHere: 'Measure on this device',
    measure: 'Measure sensitivity',
  },
});
