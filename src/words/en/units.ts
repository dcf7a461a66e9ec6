// Bits and times, as every panel says them.
import type { LayerCost } from '../../graph/cost';
import type { PolicyWidths } from '../../policy/edits';
import { count } from '../numbers';
import { words } from '../words';

const width = (bits: number) => (bits === 32 ? 'float' : String(bits));
const span = (widths: readonly number[]) => [width(widths[0]), width(widths[widths.length - 1])] as const;

export const units = words('units', {
  /** On a fader's cap. */
  bitsShort: (bits: number): string => (bits === 32 ? 'float' : bits === 0 ? 'skip' : String(bits)),
  /** e.g. "4 bits", "1 bit", "float", "skipped". */
  bitsInWords: (bits: number): string => {
    if (bits === 0) return 'skipped';
    return bits === 32 ? 'float' : bits === 1 ? '1 bit' : `${bits} bits`;
  },
  /** Bits from `min` to `max`, e.g. "2 bits", "2 to 8 bits". */
  widthRange: ([min, max]: readonly [number, number]): string =>
    min === max ? `${min} bit${min === 1 ? '' : 's'}` : `${min} to ${max} bits`,
  /** A config by its widths, each once, narrowest first; float activations are not among them. */
  config: ({ weights, activations, skipped }: PolicyWidths): string => {
    if (skipped === 0 && weights.length === 1 && weights[0] === 32 && activations.length === 0) return 'float';
    const [least, most] = span(weights);
    const widths = weights.length === 1 ? `uniform ${least}` : `mixed ${least} to ${most}`;
    const label = skipped > 0 ? `${widths}, ${skipped} ${skipped === 1 ? 'layer' : 'layers'} skipped` : widths;
    if (activations.length === 0) return `${label}, activations float`;
    const [low, high] = span(activations);
    return `${label}, activations ${activations.length === 1 ? low : `${low} to ${high}`}`;
  },
  /** A layer, e.g. "conv 3×3, 16→32". */
  layer: ({ op, kernelSize, inputChannels, outputChannels }: LayerCost): string => {
    if (op === 'dense') return `dense, ${inputChannels}→${outputChannels}`;
    const kind = op === 'conv2d' ? 'conv' : 'depthwise conv';
    return `${kind} ${kernelSize[0]}×${kernelSize[1]}, ${inputChannels}→${outputChannels}`;
  },
  /** Seconds in the unit that a person would use, e.g. "40 s", "3 min". */
  duration: (seconds: number): string => {
    if (!Number.isFinite(seconds)) return 'unknown time';
    return seconds < 90 ? `${count(Math.max(1, seconds))} s` : `${count(seconds / 60)} min`;
  },
});
