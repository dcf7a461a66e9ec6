// DSConv without training: "under 1 % of accuracy lost at 4 bits" (arXiv 1901.01928), measured on the shipped networks with paired
// intervals. As published: every convolution in blocks of 32 with 16-bit scales, the first with 32-bit ones; block floating point
// of as many bits; the image and dense layers in float; no label, no image and no gradient. Renews the table of docs/reproduced.md.
import { argv, exit, version } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { markdownTable } from '../src/cli/markdownTable';
import { compare, hits } from '../src/core/accuracy';
import { layersOf } from '../src/graph/network';
import { type BitPolicy, FLOAT, type LayerBits, uniformPolicy } from '../src/graph/policy';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import type { QuantScheme } from '../src/quant/registry';
import { Calibrated } from '../src/train/calibrated';
import type { NetworkId } from '../src/zoo/registry';
import { hasWeights } from '../src/zoo/shipped';
import { Measured, renewTables } from './bench/measured';

interface Row {
  readonly network: string;
  readonly dataset: 'cifar10' | 'emoji10';
  readonly bits: number;
  readonly images: number;
  /** Accuracy in float and rounded, and their paired difference with its 95 % interval; shares. */
  readonly float: number;
  readonly rounded: number;
  readonly difference: readonly [points: number, lower: number, upper: number];
}

const USAGE = `npm run bench:dsconv -- DIRECTORY [IMAGES [NETWORKS]]

DIRECTORY holds the six .bin files of CIFAR-10. Measures the shipped networks (or those of NETWORKS, with commas) on the first
IMAGES test images (10,000, or all there are) at 4 and 3 bits. Each result is appended to docs/dsconv.jsonl, and the table is
renewed; what the file has is not measured again, so an interrupted run continues. To measure anew, delete lines.`;

const SCHEME: QuantScheme = {
  quantizer: 'dsconv',
  granularity: 'block:32',
  scaleBits: '16-first32',
  activations: 'bfp',
};
const BITS = [4, 3] as const;
const DATASETS = ['cifar10', 'emoji10'] as const;
const NETWORKS: readonly NetworkId[] = ['resnet8', 'resnet20', 'vgg-small', 'tiny', 'mobilenet-025', 'lenet5'];

const measured = await Measured.open<Row>('dsconv.jsonl');
const find = (network: string, dataset: string, bits: number) =>
  measured.rows.find((row) => row.network === network && row.dataset === dataset && row.bits === bits);

function table(): string {
  const percent = (share: number) => (100 * share).toFixed(2);
  const signed = (share: number) => `${share < 0 ? '' : '+'}${percent(share)}`;
  return markdownTable(
    [
      'network',
      'data',
      'test images',
      'float (%)',
      ...BITS.flatMap((bits) => [`${bits}/${bits} bits (%)`, 'difference (points)']),
    ],
    DATASETS.flatMap((dataset) =>
      NETWORKS.flatMap((network) => {
        const rows = BITS.map((bits) => find(network, dataset, bits));
        const [first] = rows;
        if (!hasWeights(network, dataset)) return [];
        if (first === undefined) return [[network, dataset, ...Array(2 + 2 * BITS.length).fill('not run')]];
        const cells = rows.flatMap((row) => {
          if (row === undefined) return ['-', '-'];
          const [value, lower, upper] = row.difference.map(signed);
          return [percent(row.rounded), `${value} (${lower} to ${upper})`];
        });
        return [[network, dataset, first.images, percent(first.float), ...cells]];
      }),
    ),
  );
}

const [directory, most = '10000', asked] = argv.slice(2);
if (directory === undefined || !(Number(most) > 0)) {
  console.error(USAGE);
  exit(2);
}
if (version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
await openBackend('wasm');

for (const id of DATASETS) {
  const dataset = await openDataset(id, id === 'cifar10' ? directory : undefined, 1);
  const images = Math.min(Number(most), dataset.test.length);
  for (const name of NETWORKS) {
    const wanted = BITS.filter((bits) => find(name, id, bits) === undefined);
    if (!hasWeights(name, id) || wanted.length === 0 || asked?.split(',').includes(name) === false) continue;
    const { network } = await openNetwork(name, id, dataset);
    const source = { dataset, split: 'test', images } as const;
    const before = await hits(network, source);
    const calibrated = new Calibrated(network, dataset);
    const isConvolution = new Map(layersOf(network).map((layer) => [layer.id, layer.op !== 'dense']));
    const inFloat: LayerBits = { weights: FLOAT, activations: FLOAT };
    for (const bits of wanted) {
      const uniform = Object.entries(uniformPolicy(network, bits, bits));
      const policy: BitPolicy = Object.fromEntries(
        uniform.map(([layer, own]) => [layer, isConvolution.get(layer) ? own : inFloat]),
      );
      const ranges = await calibrated.rangesFor(policy, SCHEME);
      const after = await hits(network, source, { policy, scheme: SCHEME, ranges });
      const { before: float, after: rounded, difference } = compare(before, after, dataset.classes.length);
      await measured.add({
        ...{ network: name, dataset: id, bits, images, float: float.value, rounded: rounded.value },
        difference: [difference.difference, difference.lower, difference.upper],
      });
      await renewTables('reproduced.md', 'dsconv', table());
    }
  }
}
await renewTables('reproduced.md', 'dsconv', table());
