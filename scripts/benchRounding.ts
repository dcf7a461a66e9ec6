// What rounding without training costs: accuracy of networks at uniform widths of weights under each way of choosing codes,
// on CIFAR-10 test images. Renews the tables of docs/rounding.md.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { argv, exit, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { markdownTable } from '../src/cli/markdownTable';
import { hits } from '../src/core/accuracy';
import { type BitWidth, FLOAT, uniformPolicy } from '../src/graph/policy';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import type { Calibration } from '../src/quant/calibration';
import { type QuantScheme, withCalibration } from '../src/quant/registry';
import { Calibrated } from '../src/train/calibrated';
import type { NetworkId } from '../src/zoo/registry';

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

const USAGE = `npm run bench:rounding -- DIRECTORY [NETWORKS [WIDTHS [WAYS [IMAGES]]]]

DIRECTORY holds the six .bin files of CIFAR-10. NETWORKS and WIDTHS are separated by commas, WAYS by semicolons; by default
all of docs/rounding.md are measured, on all 10,000 test images. Each result is appended to docs/rounding.jsonl, and the
tables are renewed; what the file has is not measured again, so an interrupted run continues. To measure anew, delete lines.

Ways: ${Object.keys(WAYS).join('; ')}`;

const document = fileURLToPath(new URL('../docs/rounding.md', import.meta.url));
const results = fileURLToPath(new URL('../docs/rounding.jsonl', import.meta.url));
const lines = (await readFile(results, 'utf8').catch(() => '')).split('\n');
const rows: Row[] = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
const find = (network: string, bits: number, way: string) =>
  rows.find((row) => row.network === network && row.bits === bits && row.way === way);

/** The tables, with a dash for what has not been measured. */
function tables(): string {
  const share = (row: Row | undefined) => (row ? ((100 * row.right) / row.images).toFixed(2) : '-');
  const cell = (row: Row | undefined) => (row ? `${share(row)} (${Math.ceil(row.seconds)} s)` : '-');
  return TABLES.map(({ networks, widths, ways }) =>
    markdownTable(
      ['network', 'float', 'bits', ...ways],
      networks.flatMap((network) =>
        widths.map((bits) => {
          const float = share(find(network, FLOAT, 'float'));
          return [network, float, bits, ...ways.map((way) => cell(find(network, bits, way)))];
        }),
      ),
    ),
  ).join('\n\n');
}

/** Writes the tables into the document. */
async function renew(): Promise<void> {
  const between = /(?<=<!-- tables -->\n)[\s\S]*(?=<!-- end of tables -->)/;
  await writeFile(document, (await readFile(document, 'utf8')).replace(between, `\n${tables()}\n\n`));
}

const [directory, asked, widths, ways, most = '10000'] = argv.slice(2);
const chosen = ways?.split(';').map((way) => way.trim());
if (directory === undefined || chosen?.some((way) => !(way in WAYS))) {
  console.error(USAGE);
  exit(2);
}
if (version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
await openBackend('wasm');
const dataset = await openDataset('cifar10', directory, 1);
const some = { dataset, split: 'test', images: Number(most) } as const;

/** Measures one way, unless the results have it. */
async function measure(network: string, bits: number, way: string): Promise<void> {
  if (find(network, bits, way) !== undefined) return;
  const { network: float } = await openNetwork(network as NetworkId, 'cifar10', dataset);
  const [grid, part] = WAYS[way] ?? [{}, {}];
  const scheme = withCalibration(
    { quantizer: 'affine', granularity: 'channel', ...grid },
    { correction: 'batchNorm', ...part },
  );
  const policy = uniformPolicy(float, bits as BitWidth, FLOAT);
  const calibrated = new Calibrated(float, dataset);
  const started = process.cpuUsage().user;
  const rounded = way === 'float' ? float : await calibrated.networkFor(policy, scheme);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  const ranges = await calibrated.rangesFor(policy, scheme);
  const right = (await hits(rounded, some, { policy, scheme, ranges })).reduce((sum, hit) => sum + hit, 0);
  const row: Row = { network, bits, way, right, images: some.images, seconds: Number(seconds.toFixed(1)) };
  rows.push(row);
  await appendFile(results, `${JSON.stringify(row)}\n`);
  console.log(JSON.stringify(row));
  await renew();
}

for (const table of TABLES)
  for (const network of asked?.split(',') ?? table.networks) {
    await measure(network, FLOAT, 'float');
    for (const bits of widths?.split(',').map(Number) ?? table.widths)
      for (const way of chosen ?? table.ways) await measure(network, bits, way);
  }
await renew();
