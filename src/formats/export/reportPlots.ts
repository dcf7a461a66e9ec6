// The report's plots, as SVG.
import { type Architecture, layersOf } from '../../graph/network';
import { type BitPolicy, FLOAT } from '../../graph/policy';
import { KB, MB, sizeInWords } from '../../graph/size';
import type { MeasuredAccuracy, MeasuredPoint } from './context';
import { escapeText } from './reportStyle';

const WIDTH = 840;
const LEFT = 48;

/** Three to six round numbers from `min` to `max`. */
function ticks(min: number, max: number): number[] {
  const rough = (max - min) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number);
  const found: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max + step * 1e-9; i++)
    found.push(Number((i * step).toPrecision(12)));
  return found;
}

const at = (value: number) => value.toFixed(1);

/**
 * Accuracy of measured policies against their memory, with intervals; the exported one is highlighted. Empty without
 * points.
 */
export function accuracyPlot(
  points: readonly MeasuredPoint[],
  here: { readonly memoryBytes: number; readonly accuracy: MeasuredAccuracy } | undefined,
): string {
  const all = [
    ...points.map((point) => ({ ...point, kind: 'point' })),
    ...(here ? [{ ...here, label: 'This config', kind: 'here' }] : []),
  ];
  if (all.length === 0) return '';
  const height = 320;
  const bottom = height - 44;
  const largest = Math.max(...all.map(({ memoryBytes }) => memoryBytes)) * 1.08;
  const low = Math.min(...all.map(({ accuracy }) => accuracy.lower));
  const high = Math.max(...all.map(({ accuracy }) => accuracy.upper));
  const margin = (high - low) * 0.05;
  const [from, to] = [Math.max(0, low - margin), Math.min(1, high + margin)];
  const x = (bytes: number) => LEFT + (bytes / largest) * (WIDTH - LEFT - 12);
  const y = (share: number) => 12 + ((to - share) / (to - from || 1)) * (bottom - 12);
  const unit = largest < 10 * MB ? KB : MB;
  const grid = ticks(100 * from, 100 * to).map((percent) => {
    const line = at(y(percent / 100));
    return `<path class="line" d="M${LEFT} ${line}H${WIDTH - 12}"/><text x="${LEFT - 6}" y="${line}" dy=".32em" text-anchor="end">${percent}</text>`;
  });
  const below = ticks(0, largest / unit).map(
    (size) =>
      `<text x="${at(x(size * unit))}" y="${bottom + 18}" text-anchor="middle">${sizeInWords(size * unit).replace('.0 ', ' ')}</text>`,
  );
  const marks = all.map(({ kind, label, memoryBytes, accuracy }) => {
    const [cx, cy] = [at(x(memoryBytes)), at(y(accuracy.value))];
    const text = `${label}: ${(100 * accuracy.value).toFixed(2)} %, ${sizeInWords(memoryBytes)}, n = ${accuracy.n}`;
    return `<g><title>${escapeText(text)}</title><path class="${kind === 'here' ? 'here-bar' : 'bar'}" d="M${cx} ${at(y(accuracy.lower))}V${at(y(accuracy.upper))}"/><circle class="${kind}" cx="${cx}" cy="${cy}" r="${kind === 'here' ? 6 : 3.5}"/></g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Accuracy in percent against model size, with 95 % intervals">${grid.join('')}${below.join('')}<text x="${LEFT}" y="${height - 6}">Size of the packed file; accuracy in %, bars are 95 % intervals; the large point is this config</text>${marks.join('')}</svg>`;
}

/** Two bars per layer: bits of its weights and of its input activations. Float fills the plot. */
export function bitProfile(architecture: Architecture, policy: BitPolicy): string {
  const layers = layersOf(architecture);
  const [top, base] = [26, 186];
  const slot = (WIDTH - LEFT) / layers.length;
  const bar = Math.min(18, slot * 0.36);
  const y = (bits: number) => base - (Math.min(bits, 8.6) / 8.6) * (base - top);
  const grid = [2, 4, 6, 8].map(
    (bits) =>
      `<path class="line" d="M${LEFT} ${at(y(bits))}H${WIDTH}"/><text x="${LEFT - 6}" y="${at(y(bits))}" dy=".32em" text-anchor="end">${bits}</text>`,
  );
  const longest = Math.max(...layers.map(({ id }) => id.length));
  const tilted = longest * 7 > slot;
  const bars = layers.map(({ id }, i) => {
    const { weights, activations } = policy[id];
    const center = LEFT + (i + 0.5) * slot;
    const column = (kind: string, bits: number, left: number) =>
      `<rect class="${kind}" x="${at(left)}" y="${at(y(bits))}" width="${at(bar)}" height="${at(base - y(bits))}"${bits === FLOAT ? ' opacity=".45"' : ''} rx="2"/>`;
    const text = (bits: number) => (bits === FLOAT ? 'float' : `${bits} bits`);
    const label = tilted
      ? `<text transform="translate(${at(center)} ${base + 12}) rotate(-50)" text-anchor="end">${escapeText(id)}</text>`
      : `<text x="${at(center)}" y="${base + 16}" text-anchor="middle">${escapeText(id)}</text>`;
    return `<g><title>${escapeText(`${id}: weights ${text(weights)}, activations ${text(activations)}`)}</title>${column('weights', weights, center - bar - 1)}${column('activations', activations, center + 1)}${label}</g>`;
  });
  const height = base + (tilted ? 20 + Math.min(longest, 24) * 6 : 30);
  const legend = `<rect class="weights" x="${LEFT}" y="2" width="11" height="11" rx="2"/><text x="${LEFT + 17}" y="12">weights</text><rect class="activations" x="${LEFT + 84}" y="2" width="11" height="11" rx="2"/><text x="${LEFT + 101}" y="12">activations (pale: float)</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Bits of weights and activations of each layer">${grid.join('')}${legend}${bars.join('')}</svg>`;
}
