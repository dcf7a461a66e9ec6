// German: bits and times.
import type { LayerCost } from '../../graph/cost';
import type { PolicyWidths } from '../../policy/edits';
import type { units as english } from '../en/units';
import { count } from '../numbers';

const width = (bits: number) => (bits === 32 ? 'Float' : String(bits));
const span = (widths: readonly number[]) => [width(widths[0]), width(widths[widths.length - 1])] as const;

export const units: typeof english = {
  bitsShort: (bits: number): string => (bits === 32 ? 'Float' : bits === 0 ? 'aus' : String(bits)),
  bitsInWords: (bits: number): string => {
    if (bits === 0) return 'ausgelassen';
    return bits === 32 ? 'Float' : `${bits} Bit`;
  },
  widthRange: ([min, max]: readonly [number, number]): string => (min === max ? `${min} Bit` : `${min} bis ${max} Bit`),
  config: ({ weights, activations, skipped }: PolicyWidths): string => {
    if (skipped === 0 && weights.length === 1 && weights[0] === 32 && activations.length === 0) return 'Float';
    const [least, most] = span(weights);
    const widths = weights.length === 1 ? `einheitlich ${least}` : `gemischt ${least} bis ${most}`;
    const label = skipped > 0 ? `${widths}, ${skipped} ${skipped === 1 ? 'Schicht' : 'Schichten'} ausgelassen` : widths;
    if (activations.length === 0) return `${label}, Aktivierungen Float`;
    const [low, high] = span(activations);
    return `${label}, Aktivierungen ${activations.length === 1 ? low : `${low} bis ${high}`}`;
  },
  layer: ({ op, kernelSize, inputChannels, outputChannels }: LayerCost): string => {
    if (op === 'dense') return `voll verbunden, ${inputChannels}→${outputChannels}`;
    const kind = op === 'conv2d' ? 'Faltung' : 'Depthwise-Faltung';
    return `${kind} ${kernelSize[0]}×${kernelSize[1]}, ${inputChannels}→${outputChannels}`;
  },
  duration: (seconds: number): string => {
    if (!Number.isFinite(seconds)) return 'unbekannte Zeit';
    return seconds < 90 ? `${count(Math.max(1, seconds))} s` : `${count(seconds / 60)} min`;
  },
};
