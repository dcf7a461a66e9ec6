// The report: one self-contained HTML file, for screens in light or dark and for paper. All outside text is escaped,
// and the file itself forbids scripts.
import { policyCost } from '../../graph/cost';
import { sizeInWords } from '../../graph/size';
import { quantizerOf, schemeName } from '../../quant/registry';
import { compressionOf, packedBytes } from '../packed';
import { accuracyText, type ExportContext, type MeasuredAccuracy } from './context';
import { networkGraph } from './reportGraph';
import { accuracyPlot, bitProfile } from './reportPlots';
import { escapeText, STYLE } from './reportStyle';
import { confusionTable, layerTable, sideBySide } from './reportTables';

function figure(label: string, value: string, note: string): string {
  return `<div class="figure"><dt>${escapeText(label)}</dt><dd>${escapeText(value)}<small>${escapeText(note)}</small></dd></div>`;
}

function accuracyFigure(label: string, accuracy: MeasuredAccuracy | undefined, split: string): string {
  if (accuracy === undefined) return figure(label, 'not measured', '');
  const [value, interval] = accuracyText(accuracy).split(' (');
  return figure(label, value, `95 % interval ${interval.replace(')', '')}, ${split} images`);
}

function deviceFigure({ device }: ExportContext): string {
  if (device === undefined) return '';
  const ram = `${sizeInWords(device.ram)} of working memory on a microcontroller`;
  return figure('As .tflite', sizeInWords(device.flash), ram);
}

const section = (title: string, content: string) =>
  content === '' ? '' : `<section><h2>${title}</h2>${content}</section>`;

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
    ['Fingerprint', provenance.fingerprint && `${provenance.fingerprint} (hash of network and images)`],
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
${figure('Bit operations', `${(bitOps / 1e9).toFixed(2)} G`, 'per image')}
${deviceFigure(context)}
</dl>
${section('Accuracy against model size', plot)}
${section('Configs side by side', sideBySide(context))}
${section('The network', networkGraph(network))}
${section('Bits over depth', bitProfile(network, policy))}
${section('Layers', layerTable(context))}
${section('Classes taken for others', confusionTable(context))}
<section><h2>Where the numbers come from</h2>${origin(context)}</section>
</body>
</html>
`;
}
