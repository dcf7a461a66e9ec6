// What the page is, its keys, and the words that it uses.
import { words } from '../words';

export const learn = words('learn', {
  title: 'What this is',
  about:
    'Trained networks usually store each weight as a 32-bit float. Most layers need far fewer bits, but not all the same number. Each fader here sets the bits of one layer of a real convolutional network. The network is then rounded and its accuracy measured on test images, in your browser: nothing is uploaded.',
  tryThis:
    'Lower the layers that hold most of the model size first, and watch the images that are lost. Or let a search find the bit widths, and load what it finds.',
  keys: { faders: 'Keys on a fader', plot: 'Keys and gestures on the plot', page: 'Keys everywhere' },
  glossary: 'Glossary',
  /** Keys on the rack, as src/ui/faders/rackKeys.ts obeys them. */
  rackKeys: [
    { keys: '← →', does: 'Go to another strip; with Shift, select on the way' },
    { keys: '↑ ↓', does: 'One stop more or fewer bits' },
    { keys: 'PgUp PgDn', does: 'Two stops more or fewer' },
    { keys: '1–8', does: 'Set the bits' },
    { keys: 'F 0 End', does: 'Set to float' },
    { keys: 'Home', does: 'Set to the fewest bits' },
    { keys: 'S', does: 'Solo: all other layers float, until pressed again' },
    { keys: 'M', does: 'Mute: this layer float, until pressed again' },
    { keys: 'X', does: 'Skip the branch of this layer: the network runs without it' },
    { keys: 'L', does: 'Lock: sweeps, groups, payments and searches leave it' },
    { keys: 'Space', does: 'Select; with Shift, add to the selection' },
    { keys: 'Ctrl A', does: 'Select all layers' },
    { keys: 'Esc', does: 'Undo a drag, or clear the selection' },
  ],
  plotKeys: [
    { keys: '← →', does: 'Go through the configs by size; ↑ ↓ by accuracy' },
    { keys: 'Enter', does: 'Load the config' },
    { keys: 'P', does: 'Pin it; so does Shift-click' },
    { keys: '+ −', does: 'Zoom; so do the wheel and two fingers' },
    { keys: 'Shift ← →', does: 'Pan; so does Shift-drag' },
    { keys: 'Drag', does: 'Zoom in on an area' },
    { keys: '0', does: 'Show everything again' },
  ],
  /** Keys of the whole page. */
  pageKeys: [
    { keys: 'Shift-click', does: 'Select several layers' },
    { keys: 'Ctrl Z', does: 'Undo' },
    { keys: 'Ctrl Shift Z', does: 'Redo' },
    { keys: 'Ctrl K', does: 'All actions' },
    { keys: 'Shift F', does: 'Presenter mode' },
    { keys: '?', does: 'This card' },
  ],
  terms: [
    ['Bit width', 'How many bits store one weight or activation: 4 bits allow 16 different values.'],
    ['Config', 'The bit widths of all layers together.'],
    ['Quantizer', 'The rule that maps floats to the few values that a bit width allows.'],
    ['Model size', 'Bytes of the file with bit-packed weights, scales and biases.'],
    ['BitOps', 'Multiplications per image, each weighted by the bits of both factors.'],
    ['Float', 'The network without rounding: what every config is compared with.'],
    ['Pareto front', 'The configs that no other config beats in both size and accuracy.'],
    ['Interval', 'Range that holds the true accuracy in 95 of 100 such measurements, given the number of test images.'],
    ['Within chance', 'The difference is too small to tell from the luck of the draw of images.'],
    ['Sensitivity', 'How much accuracy one layer costs at one bit width while all others stay in float.'],
    ['Estimate', 'A prediction from the sensitivity table, shown until the measurement is in.'],
    ['QAT', 'Quantization-aware training: training with the rounding in place, so that weights adapt to it.'],
    ['Distillation', 'Training a network to imitate the outputs of another one, here of the float network.'],
  ] as readonly (readonly [term: string, meaning: string])[],
  find: 'Find an action',
  nothing: 'No action matches.',
  present: 'Presenter mode',
  leave: 'Leave',
  openTab: (tab: string) => `Show ${tab}`,
  openView: (view: string) => `Show ${view}`,
  openNetwork: 'Open your own network…',
  openImages: 'Choose images…',
});
