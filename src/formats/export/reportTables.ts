// The report's tables: layers, measured configs side by side, and classes taken for others.
import { layerCosts } from '../../graph/cost';
import { layersOf } from '../../graph/network';
import { type BitPolicy, FLOAT, isRounded, SKIPPED } from '../../graph/policy';
import { sizeInWords } from '../../graph/size';
import { signalToNoise } from '../../math/signalToNoise';
import { roundedLayers } from '../../rounding/layers';
import { packedBytes, packedSizes } from '../packed';
import { accuracyText, type ExportContext, type MeasuredPoint } from './context';
import { escapeText } from './reportStyle';

const bitsText = (bits: number) => (bits === FLOAT ? 'float' : bits === SKIPPED ? '0 (left out)' : String(bits));
const countText = (count: number) => count.toLocaleString('en-US');

/** Configs side by side at most. */
const COLUMNS = 8;
/** Classes of a table at most; of more, the most frequent mistakes are listed. */
const CLASSES = 20;

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[], kind = 'wide'): string {
  const cells = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`)).join('');
  return `<div class="${kind}"><table><caption>${caption}</caption><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table></div>`;
}

/** A row per layer. */
export function layerTable(context: ExportContext): string {
  const { network, policy, scheme, ranges, sensitivity = [] } = context;
  const layers = roundedLayers(network, context);
  const unrounded = Object.entries(policy).map(([id, { weights }]) => [
    id,
    { weights: weights === SKIPPED ? SKIPPED : FLOAT, activations: FLOAT },
  ]);
  const exact = roundedLayers(network, { ...context, policy: Object.fromEntries(unrounded) });
  const { layers: bytes } = packedSizes(network, policy, scheme);
  const lossOf = (layer: string, bits: number) => {
    const cell = sensitivity.find(
      (other) => other.layer === layer && other.tensor === 'weights' && other.bits === bits,
    );
    return cell ? cell.lossIncrease.toFixed(3) : '–';
  };
  const rows = layerCosts(network).map(({ id, op, weights, macs, inputShape, outputShape }) => {
    const range = ranges.get(id);
    const rounded = layers.get(id);
    // A layer that is left out has a row, too.
    const { weights: bits, activations } = rounded?.bits ?? policy[id];
    const noise = rounded && isRounded(bits) ? signalToNoise(exact.get(id)?.values ?? [], rounded.values) : undefined;
    const read = inputShape.reduce<number>((product, d) => product * d, 1);
    return [
      escapeText(id),
      op,
      outputShape.join(' × '),
      countText(weights),
      countText(macs),
      bitsText(bits),
      bitsText(activations),
      activations === FLOAT || !range ? '–' : `${range.min.toPrecision(4)} to ${range.max.toPrecision(4)}`,
      countText(bytes.get(id) ?? 0),
      countText(Math.ceil((read * activations) / 8)),
      noise === undefined || !Number.isFinite(noise) ? '–' : noise.toFixed(1),
      ...(sensitivity.length > 0 ? [lossOf(id, bits)] : []),
    ];
  });
  const head = [
    ...['Layer', 'Operation', 'Output', 'Weights', 'MACs', 'Weight bits', 'Activation bits', 'Activation range'],
    ...['Bytes', 'Input bytes', 'SQNR, dB', ...(sensitivity.length > 0 ? ['Loss alone'] : [])],
  ];
  const alone =
    sensitivity.length > 0
      ? '; loss alone: how much the loss (in nats, validation images) grows if only the weights of this layer are rounded'
      : '';
  return table(
    `Layers in the order in which they run; counts are for one image. Bytes: weights in the packed file; input bytes: activations that the layer reads; SQNR: signal over rounding error of the weights${alone}`,
    head,
    rows,
    'wide layers',
  );
}

/** True if no other point is at least as small and more accurate, or smaller and as accurate. */
function onFront(point: MeasuredPoint, points: readonly MeasuredPoint[]): boolean {
  return !points.some(
    ({ memoryBytes, accuracy }) =>
      memoryBytes <= point.memoryBytes &&
      accuracy.value >= point.accuracy.value &&
      (memoryBytes < point.memoryBytes || accuracy.value > point.accuracy.value),
  );
}

/** This config beside those of the front, smallest first. Empty without a measured config. */
export function sideBySide({ network, policy, scheme, provenance, points = [] }: ExportContext): string {
  const { accuracy } = provenance;
  const here = { label: 'This config', memoryBytes: packedBytes(network, policy, scheme), policy };
  const all: readonly MeasuredPoint[] = [...(accuracy ? [{ ...here, accuracy }] : []), ...points];
  const others = points.filter((point) => onFront(point, all));
  const shown = [...all.filter(({ label }) => label === here.label), ...others]
    .slice(0, COLUMNS)
    .sort((a, b) => a.memoryBytes - b.memoryBytes);
  if (shown.length === 0) return '';
  const bits = (layer: string, other: BitPolicy | undefined) => {
    const own = other?.[layer];
    return own ? `${bitsText(own.weights)} / ${bitsText(own.activations)}` : '–';
  };
  const rows = [
    ['Accuracy', ...shown.map((point) => accuracyText(point.accuracy))],
    ['Size', ...shown.map(({ memoryBytes }) => sizeInWords(memoryBytes))],
    ['On the front', ...shown.map((point) => (onFront(point, all) ? 'yes' : 'no'))],
    ...layersOf(network).map(({ id }) => [escapeText(id), ...shown.map((point) => bits(id, point.policy))]),
  ];
  const head = ['', ...shown.map(({ label }) => escapeText(label))];
  return table('Bits of weights / activations. On the front: nothing measured is smaller and as accurate', head, rows);
}

/** Which classes were taken for which; empty without a measurement. */
export function confusionTable({ confusion, classes }: ExportContext): string {
  if (confusion === undefined || confusion.length !== classes.length ** 2) return '';
  const n = classes.length;
  if (n <= CLASSES) {
    const rows = classes.map((name, i) => [
      escapeText(name),
      ...classes.map((_, j) =>
        i === j ? `<b>${countText(confusion[i * n + j])}</b>` : countText(confusion[i * n + j]),
      ),
    ]);
    return table('Images of each class (rows) by the class that was predicted', ['', ...classes.map(escapeText)], rows);
  }
  const mistakes = Array.from(confusion, (count, at) => ({ count, of: Math.floor(at / n), as: at % n }))
    .filter((cell) => cell.of !== cell.as && cell.count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, CLASSES);
  const rows = mistakes.map((cell) => [
    escapeText(classes[cell.of]),
    escapeText(classes[cell.as]),
    countText(cell.count),
  ]);
  return table('The most frequent mistakes', ['Class', 'Predicted', 'Images'], rows);
}
