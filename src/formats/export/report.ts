// The report: one self-contained HTML file, for screens in light or dark and for paper. All outside text is escaped,
// and the file itself forbids scripts.
import { layerCosts, policyCost } from '../../graph/cost';
import { FLOAT, SKIPPED } from '../../graph/policy';
import { sizeInWords } from '../../graph/size';
import { quantizerOf, schemeName } from '../../quant/registry';
import { roundedLayers } from '../../rounding/layers';
import { compressionOf, packedBytes } from '../packed';
import { accuracyText, type ExportContext, type MeasuredAccuracy } from './context';
import { accuracyPlot, bitProfile } from './reportPlots';
import { escapeText, STYLE } from './reportStyle';

const bitsText = (bits: number) => (bits === FLOAT ? 'float' : bits === SKIPPED ? '0 (left out)' : String(bits));
const countText = (count: number) => count.toLocaleString('en-US');

function figure(label: string, value: string, note: string): string {
  return `<div class="figure"><dt>${escapeText(label)}</dt><dd>${escapeText(value)}<small>${escapeText(note)}</small></dd></div>`;
}

function accuracyFigure(label: string, accuracy: MeasuredAccuracy | undefined, split: string): string {
  if (accuracy === undefined) return figure(label, 'not measured', '');
  const [value, interval] = accuracyText(accuracy).split(' (');
  return figure(label, value, `95 % interval ${interval.replace(')', '')}, ${split} images`);
}

function layerTable(context: ExportContext): string {
  const { network, policy, ranges } = context;
  const layers = roundedLayers(network, context);
  const rows = layerCosts(network).map(({ id, op, weights, macs, outputShape }) => {
    const range = ranges.get(id);
    // A layer that is left out has a row, too.
    const { weights: bits, activations } = layers.get(id)?.bits ?? policy[id];
    const cells = [
      escapeText(id),
      op,
      outputShape.join(' × '),
      countText(weights),
      countText(macs),
      bitsText(bits),
      bitsText(activations),
      activations === FLOAT || !range ? '–' : `${range.min.toPrecision(4)} to ${range.max.toPrecision(4)}`,
    ];
    return `<tr>${cells.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`)).join('')}</tr>`;
  });
  const head = [
    'Layer',
    'Operation',
    'Output',
    'Weights',
    'MACs',
    'Weight bits',
    'Activation bits',
    'Activation range',
  ];
  return `<div class="wide"><table><caption>Layers in the order in which they run; counts are for one image</caption><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function origin(context: ExportContext): string {
  const { scheme, normalization, classes, provenance } = context;
  const { label, reference } = quantizerOf(scheme.quantizer);
  const numbers = (values: readonly number[]) => values.join(', ');
  const rows: [string, string | undefined][] = [
    ['Quantizer', `${label}, ${reference}`],
    ['Scheme', schemeName(scheme)],
    ['Data set', `${provenance.dataset} (${provenance.split} images)`],
    ['Classes', classes.join(', ')],
    [
      'Normalization',
      `mean ${numbers(normalization.mean)}; standard deviation ${numbers(normalization.std)}, of pixels in 0..1${normalization.perImage ? '; then each image is standardized by itself' : ''}`,
    ],
    [
      'Calibration',
      provenance.calibrationImages === undefined
        ? undefined
        : `${provenance.calibrationImages} training images, no labels`,
    ],
    ['Weights', provenance.recipe],
    ['Seed', String(provenance.seed)],
    ['Measured on', provenance.backend],
    ['Program', `fewbits ${provenance.version}`],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return `<dl class="origin">${known.map(([key, value]) => `<div><dt>${key}</dt><dd>${escapeText(value)}</dd></div>`).join('')}</dl>`;
}

/** Writes the report. */
export function writeReport(context: ExportContext): string {
  const { network, policy, scheme, provenance, points = [] } = context;
  const { averageWeightBits, bitOps } = policyCost(network, policy);
  const memory = packedBytes(network, policy, scheme);
  const title = `${network.name} on ${provenance.dataset}`;
  const plot = accuracyPlot(points, provenance.accuracy && { memoryBytes: memory, accuracy: provenance.accuracy });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}: bit policy</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>Bit policy, measured</p><h1>${escapeText(title)}</h1></header>
<dl class="figures">
${accuracyFigure('Accuracy', provenance.accuracy, provenance.split)}
${accuracyFigure('Float accuracy', provenance.floatAccuracy, provenance.split)}
${provenance.unroundedAccuracy ? accuracyFigure('These weights unrounded', provenance.unroundedAccuracy, provenance.split) : ''}
${figure('Model size', sizeInWords(memory), `packed file, ${compressionOf(network, policy, scheme).toFixed(1)}× smaller than float`)}
${figure('Weights', `${averageWeightBits.toFixed(2)} bits`, 'mean')}
${figure('Bit operations', `${(bitOps / 1e9).toFixed(2)} G`, 'an image')}
</dl>
${plot === '' ? '' : `<section><h2>Accuracy against model size</h2>${plot}</section>`}
<section><h2>Bits over depth</h2>${bitProfile(network, policy)}</section>
<section><h2>Layers</h2>${layerTable(context)}</section>
<section><h2>Where the numbers come from</h2>${origin(context)}</section>
</body>
</html>
`;
}
