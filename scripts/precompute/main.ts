// Measures every shipped table whose weights or images have changed, by fingerprint, and that lack a quantizer: sensitivities and policies per
// network, the comparison of quantizers, and what a room is to expect. Writes public/precomputed/. An interrupted run continues with the next
// table.
// usage: npm run precompute -- [CIFAR10_DIR] [--all] [--only NETWORK-DATASET]   (--all: also tables that are up to date)
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { networkFingerprint } from '../../src/core/fingerprint';
import { fitDataset } from '../../src/data/fit';
import { forChannels } from '../../src/data/normalizations';
import type { InputNode } from '../../src/graph/network';
import { PUBLIC } from '../../src/node/packageFiles';
import { openBackend, openDataset, openNetwork } from '../../src/node/surroundings';
import { COMPARED } from '../../src/quant/comparison';
import { type NetworkId, networks } from '../../src/zoo/registry';
import { hasResults, hasWeights, shippedName } from '../../src/zoo/shipped';
import { precomputePolicies } from './policies';
import { compareQuantizers } from './quantizers';
import type { Shipped } from './shipped';
import { isCurrent, precomputeTeaching, TEACHING } from './teaching';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, only: { type: 'string' } },
});
const COMPARISON = join(PUBLIC, 'precomputed/quantizers.json');
const backend = await openBackend('wasm');

const readTable = async (path: string) => JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));

async function updatePolicies(shipped: Shipped): Promise<void> {
  const { sensitivity } = await readTable(join(PUBLIC, `precomputed/${shipped.name}.json`));
  if (flags.all || sensitivity?.fingerprint !== shipped.fingerprint) await precomputePolicies(shipped, backend.name);
}

type Rows = Awaited<ReturnType<typeof compareQuantizers>>;

async function updateComparison(shipped: Shipped): Promise<void> {
  const { name, networkId, datasetId, fingerprint } = shipped;
  const table = await readTable(COMPARISON);
  const isOwn = (row: { network: string; dataset: string }) => row.network === networkId && row.dataset === datasetId;
  const results: Rows = table.results ?? [];
  const isWhole = results.filter(isOwn).length === COMPARED.length + 1;
  if (!flags.all && isWhole && table.fingerprints?.[name] === fingerprint) return;
  const rows = await compareQuantizers(shipped);
  const origin = `Measured by npm run precompute on ${backend.name}: the first ${rows[0].n} test images, float activations, nothing retrained.`;
  const others = results.filter((row) => !isOwn(row));
  const fingerprints = { ...table.fingerprints, [name]: fingerprint };
  await writeFile(COMPARISON, `${JSON.stringify({ origin, fingerprints, results: [...others, ...rows] })}\n`);
}

async function updateTeaching(shipped: Shipped): Promise<void> {
  const table = await readTable(TEACHING);
  if (flags.all || !(await isCurrent(shipped, table))) await precomputeTeaching(shipped, table, backend.name);
}

for (const datasetId of ['emoji10', 'words12', 'cifar10'] as const) {
  if (datasetId === 'cifar10' && positionals.length === 0) continue;
  const opened = await openDataset(datasetId, positionals[0], 1);
  for (const networkId of Object.keys(networks) as NetworkId[]) {
    const name = shippedName(networkId, datasetId);
    if (!hasWeights(networkId, datasetId) || name !== (flags.only ?? name)) continue;
    const { network } = await openNetwork(networkId, datasetId, opened);
    const [height, width, channels] = (network.nodes[0] as InputNode).shape;
    const normalization = forChannels(opened.normalization, channels);
    const dataset = fitDataset(opened, { height, width, normalization });
    const fingerprint = networkFingerprint(network, dataset);
    const shipped = { name, networkId, datasetId, network, dataset, fingerprint };
    if (hasResults(networkId, datasetId)) await updatePolicies(shipped);
    if (datasetId === 'emoji10' && (networkId === 'tiny' || networkId === 'resnet8')) await updateTeaching(shipped);
    await updateComparison(shipped);
  }
}
