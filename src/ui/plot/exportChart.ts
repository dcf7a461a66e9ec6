// The drawn plot as an SVG that needs no style sheet, the same as a PNG, and its points as a CSV.
import { type BitPolicy, FLOAT } from '../../graph/policy';
import { csvText } from '../parts/csv';
import type { PlotPoint } from './plotData';

/** What of a computed style makes the picture. */
const DRAWN = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap'],
  ...['opacity', 'paint-order', 'font-family', 'font-size', 'font-weight'],
];
const SVG = 'http://www.w3.org/2000/svg';

/** Copies a drawing with every color and font written out, so that it looks the same in any program. */
export function standalone(drawing: SVGSVGElement, title: string): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const [from, to] = [drawing, copy].map((root) => [...root.querySelectorAll<SVGElement>('*')]);
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of DRAWN) to[i].setAttribute(name, style.getPropertyValue(name));
    to[i].removeAttribute('class');
    to[i].removeAttribute('style');
  });
  copy.removeAttribute('aria-hidden');
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('viewBox', `0 0 ${drawing.clientWidth} ${drawing.clientHeight}`);
  const name = document.createElementNS(SVG, 'title');
  name.textContent = title;
  copy.prepend(name);
  return copy;
}

/** The text of an SVG file. */
export function svgText(drawing: SVGSVGElement, title: string): string {
  return new XMLSerializer().serializeToString(standalone(drawing, title));
}

/** The drawing as a PNG with two pixels per pixel of the page. @throws Error if the browser cannot draw it. */
export async function pngOf(drawing: SVGSVGElement, title: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svgText(drawing, title)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * drawing.clientWidth;
    canvas.height = 2 * drawing.clientHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error('The browser could not write the plot as a PNG.');
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const SPLITS = { measured: 'test', shipped: 'test', searched: 'validation', estimated: '', predicted: '' } as const;

/** Widths of a tensor, input to output, `f` for float. */
const widths = (policy: BitPolicy, tensor: 'weights' | 'activations') =>
  Object.values(policy)
    .map((bits) => (bits[tensor] === FLOAT ? 'f' : bits[tensor]))
    .join(' ');

/** Costs of a policy in the units of the file. */
export interface CsvCosts {
  readonly memory: number;
  readonly bitOps: number;
  readonly averageBits: number;
}

/** Points as comma-separated values: one line each, accuracies in percent, sizes in bytes; empty where nothing is known. */
export function csvOf(points: readonly PlotPoint[], costsOf: (policy: BitPolicy) => CsvCosts): string {
  const head = [
    ...['config', 'method', 'source', 'split', 'n', 'accuracy_percent', 'lower_percent', 'upper_percent'],
    ...['size_bytes', 'bit_operations', 'bits_per_weight', 'weight_bits', 'activation_bits'],
  ];
  const rows = points.map(({ label, method = '', source, n, y, lower, upper, policy }) => {
    const { memory, bitOps, averageBits } = costsOf(policy);
    const accuracies = [y, lower, upper].map((value) => (value === undefined ? '' : Number(value.toFixed(4))));
    return [
      ...[label, method, source === 'shipped' ? 'precomputed' : source, SPLITS[source], n ?? '', ...accuracies],
      ...[memory, bitOps, Number(averageBits.toFixed(4)), widths(policy, 'weights'), widths(policy, 'activations')],
    ];
  });
  return csvText([head, ...rows]);
}
