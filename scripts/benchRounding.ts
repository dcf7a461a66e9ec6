// What rounding without training costs: accuracy of networks at uniform widths of weights under each way of choosing codes,
// on CIFAR-10 test images. Renews the tables of docs/rounding.md.
import { basename } from 'node:path';
import { argv, exit, version } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { flags } from '../src/cli/flags';
import { markdownTable } from '../src/cli/markdownTable';
import { readNormalization } from '../src/cli/model';
import { hits } from '../src/core/accuracy';
import { type BitWidth, FLOAT, uniformPolicy } from '../src/graph/policy';
import { openModel } from '../src/node/models';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import type { Calibration } from '../src/quant/calibration';
import { type QuantScheme, withCalibration } from '../src/quant/registry';
import { Calibrated } from '../src/train/calibrated';
import type { NetworkId } from '../src/zoo/registry';
import { Measured, renewTables } from './bench/measured';

/** A way of rounding: what differs from affine grids per channel, and from the default calibration. */
type Way = readonly [grid: Partial<QuantScheme>, part: Partial<Calibration>];

const hessian = { range: 'hessian' } as const;
const tensor = { granularity: 'tensor' } as const;

const WAYS: Readonly<Record<string, Way>> = {
  nearest: [{}, {}],
  mse: [{ range: 'mse' }, {}],
  hessian: [hessian, {}],
  gptq: [hessian, { rounding: 'gptq' }],
  adaround: [hessian, { rounding: 'adaround' }],
  'gptq, min-max': [{}, { rounding: 'gptq' }],
  'gptq, 64 images': [hessian, { rounding: 'gptq', images: 64 }],
  'gptq, equalized': [hessian, { rounding: 'gptq', equalize: true }],
  'gptq, 64 synthesized': [hessian, { rounding: 'gptq', images: 64, synthesize: true }],
  'nearest, tensor': [tensor, {}],
  'nearest, tensor, equalized': [tensor, { equalize: true }],
  'gptq, tensor': [{ ...tensor, ...hessian }, { rounding: 'gptq' }],
  'gptq, tensor, equalized': [
    { ...tensor, ...hessian },
    { rounding: 'gptq', equalize: true },
  ],
};

/** The tables of the document: networks, widths and ways. */
const MAIN = ['nearest', 'mse', 'hessian', 'gptq', 'adaround'];
const TABLES = [
  { networks: ['resnet8', 'resnet20', 'vgg-small'], widths: [4, 3, 2], ways: MAIN },
  {
    networks: ['resnet8', 'resnet20'],
    widths: [3, 2],
    ways: ['gptq', 'gptq, min-max', 'gptq, 64 images', 'gptq, equalized', 'gptq, 64 synthesized'],
  },
  {
    networks: ['resnet8', 'resnet20'],
    widths: [4, 3],
    ways: Object.keys(WAYS).filter((way) => way.includes('tensor')),
  },
];

/** A measurement; the float network has the way `float`. */
interface Row {
  readonly network: string;
  readonly bits: number;
  readonly way: string;
  readonly right: number;
  readonly images: number;
  /** Processor time of choosing and correcting. */
  readonly seconds: number;
}

const USAGE = `npm run bench:rounding -- DIRECTORY [NETWORKS [WIDTHS [WAYS [IMAGES [NORMALIZE]]]]]

DIRECTORY holds the six .bin files of CIFAR-10. NETWORKS (or paths of files, NORMALIZE as for
--normalize) and WIDTHS are separated by commas, WAYS by semicolons; by default all of docs/rounding.md are measured but files, on all 10,000 test images. Each result is appended to docs/rounding.jsonl, and the
tables are renewed; what the file has is not measured again, so an interrupted run continues. To measure anew, delete lines.

Ways: ${Object.keys(WAYS).join('; ')}`;

const measured = await Measured.open<Row>('rounding.jsonl');
const { rows } = measured;
const find = (network: string, bits: number, way: string) =>
  rows.find((row) => row.network === network && row.bits === bits && row.way === way);

/** Networks in files of other programs, which are measured only if they are asked for. */
const foreign = () => ({
  networks: [...new Set(rows.map(({ network }) => network).filter((name) => name.includes('.')))],
  widths: [4, 3],
  ways: ['nearest', 'gptq'],
});

/** The tables, with a dash for what has not been measured. */
function tables(): string {
  const share = (row: Row | undefined) => (row ? ((100 * row.right) / row.images).toFixed(2) : '-');
  const cell = (row: Row | undefined) => (row ? `${share(row)} (${Math.ceil(row.seconds)} s)` : '-');
  return [...TABLES, foreign()]
    .map(({ networks, widths, ways }) =>
      markdownTable(
        ['network', 'float', 'bits', ...ways],
        networks.flatMap((network) =>
          widths.map((bits) => {
            const float = share(find(network, FLOAT, 'float'));
            return [network, float, bits, ...ways.map((way) => cell(find(network, bits, way)))];
          }),
        ),
      ),
    )
    .join('\n\n');
}

const renew = () => renewTables('rounding.md', 'tables', tables());

const [directory, asked, widths, ways, most = '10000', normalize] = argv.slice(2);
if (normalize !== undefined) flags.normalize = normalize;
const chosen = ways?.split(';').map((way) => way.trim());
if (directory === undefined || chosen?.some((way) => !(way in WAYS))) {
  console.error(USAGE);
  exit(2);
}
if (version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
await openBackend('wasm');
const dataset = await openDataset('cifar10', directory, 1);
const images = Number(most);

/** Measures one way, unless the results have it. */
async function measure(path: string, bits: number, way: string): Promise<void> {
  const network = basename(path);
  if (find(network, bits, way) !== undefined) return;
  const isFile = network.includes('.');
  const found = isFile
    ? await openModel(path, dataset, readNormalization(), console.log)
    : await openNetwork(network as NetworkId, 'cifar10', dataset);
  const { network: float, normalization = dataset.normalization } = found;
  const seen = { ...dataset, normalization };
  const [grid, part] = WAYS[way] ?? [{}, {}];
  const scheme = withCalibration(
    { quantizer: 'affine', granularity: 'channel', ...grid },
    { correction: 'batchNorm', ...part },
  );
  const policy = uniformPolicy(float, bits as BitWidth, FLOAT);
  const calibrated = new Calibrated(float, seen);
  const started = process.cpuUsage().user;
  const rounded = way === 'float' ? float : await calibrated.networkFor(policy, scheme);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  const ranges = await calibrated.rangesFor(policy, scheme);
  const right = (await hits(rounded, { dataset: seen, split: 'test', images }, { policy, scheme, ranges })).reduce(
    (sum, hit) => sum + hit,
    0,
  );
  const row: Row = { network, bits, way, right, images, seconds: Number(seconds.toFixed(1)) };
  await measured.add(row);
  await renew();
}

for (const table of TABLES)
  for (const network of asked?.split(',') ?? table.networks) {
    await measure(network, FLOAT, 'float');
    for (const bits of widths?.split(',').map(Number) ?? table.widths)
      for (const way of chosen ?? table.ways) await measure(network, bits, way);
  }
await renew();
