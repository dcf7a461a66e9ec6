// How often "may lose at most 1.0 points" claims too much: the proof of `search --lose 1` on many draws of images. Renews its
// table in docs/searches.md.
//
// Weights have seen neither the 5,000 validation images nor the 10,000 test images of CIFAR-10. Each draw shuffles these 15,000,
// searches and proves on 5,000 of them, and checks the claim on the other 10,000. The calibration images stay the same, so that
// the candidates do, and each is run once on all images and kept in a directory.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, exit, version } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { markdownTable } from '../src/cli/markdownTable';
import { type Answers, compare, shareOf } from '../src/core/accuracy';
import { candidatesOf, type LossClaim, proveWithin } from '../src/core/losingAtMost';
import { resultOf } from '../src/core/turn';
import type { Dataset, ImageSet } from '../src/data/dataset';
import { packedBytes } from '../src/formats/packed';
import { imagesAtOnce } from '../src/graph/batch';
import { layersOf, type Network } from '../src/graph/network';
import { type BitPolicy, type BitWidth, FLOAT } from '../src/graph/policy';
import { createRng, shuffle } from '../src/math/rng';
import { Inference } from '../src/nn/inference';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import { withCalibration } from '../src/quant/registry';
import { floatRounding } from '../src/rounding/rounding';
import { harmTable } from '../src/search/allocation/byTable';
import { createSpace } from '../src/search/space';
import { Calibrated } from '../src/train/calibrated';
import { evaluate } from '../src/train/evaluate';
import type { NetworkId } from '../src/zoo/registry';
import { Measured, renewTables } from './bench/measured';

const USAGE = `npm run bench:losing -- DIRECTORY CACHE [NETWORK [DRAWS]]

DIRECTORY holds the six .bin files of CIFAR-10; what each config answers is kept in CACHE. NETWORK is resnet8 by default, DRAWS
20. Each draw is appended to docs/losing.jsonl, and the table of docs/searches.md is renewed; draws in the file are not repeated.`;

/** The claim of one draw, and how much it loses on the images that were left. Losses are shares. */
interface Row {
  readonly network: string;
  readonly draw: number;
  /** Absent if nothing was proved. */
  readonly bytes?: number;
  readonly bits?: string;
  readonly proved?: { readonly n: number; readonly lost: number; readonly atMost: number };
  readonly test?: { readonly n: number; readonly lost: number; readonly least: number; readonly most: number };
}

const MOST = 0.01;
const VALIDATION = 5000;
const SEARCHED = 512;
const WIDTHS: readonly BitWidth[] = [1, 2, 3, 4, 5, 6, 7, 8];
const SCHEME = withCalibration(
  { quantizer: 'affine', granularity: 'channel', range: 'hessian' },
  { rounding: 'gptq', independent: true, correction: 'batchNorm' },
);

const [directory, cache, network = 'resnet8', draws = '20'] = argv.slice(2);
if (directory === undefined || cache === undefined) {
  console.error(USAGE);
  exit(2);
}
const measured = await Measured.open<Row>('losing.jsonl');
if (version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
await openBackend('wasm');
const dataset = await openDataset('cifar10', directory, 1);

/** Two sets, one behind the other. */
function joined(a: ImageSet, b: ImageSet): ImageSet {
  const of = (index: number) => (index < a.length ? ([a, index] as const) : ([b, index - a.length] as const));
  return {
    length: a.length + b.length,
    label: (index) => {
      const [set, i] = of(index);
      return set.label(i);
    },
    read: (index, target, offset) => {
      const [set, i] = of(index);
      set.read(i, target, offset);
    },
  };
}

/** What a config answers to every image: whether right, and the cross-entropy. */
interface Everything {
  readonly right: Uint8Array;
  readonly losses: Float32Array;
}

class Answering {
  private readonly known = new Map<string, Everything>();
  private readonly pool: ImageSet;
  private readonly calibrated: Calibrated;

  constructor(
    private readonly network: Network,
    private readonly images: Dataset,
    private readonly directory: string,
  ) {
    this.pool = joined(images.validation, images.test);
    this.calibrated = new Calibrated(network, images);
  }

  /** Candidates by the relative output errors of the kept codes, as `search --method outputError` finds them. */
  async candidates(bytesOf: (policy: BitPolicy) => number): Promise<BitPolicy[]> {
    const allowed = { weights: WIDTHS, activations: [FLOAT], locks: {} };
    const everything = { measure: 'memory', most: Number.MAX_SAFE_INTEGER } as const;
    const space = createSpace(this.network, SCHEME, allowed, [everything]);
    const kept = this.calibrated.keptCodes(SCHEME);
    const harms: number[][] = [];
    for (const [l, node] of layersOf(this.network).entries()) {
      const widths = space.layers[l].choices.map(({ weights }) => weights);
      harms.push(await kept.relativeErrors(node, widths, async () => {}));
    }
    const table = harmTable('relative error of the output', space, harms);
    const setting = { scheme: SCHEME, allowed, limits: [everything] };
    return candidatesOf({ calibrated: this.calibrated, dataset }, { setting, points: [], table }, bytesOf);
  }

  /** The answers under a policy, or in float, to the images at `order`. */
  async to(order: Uint32Array, policy: BitPolicy | undefined): Promise<Answers> {
    const { right, losses } = await this.toAll(policy);
    const own = Float64Array.from(order, (i) => losses[i]);
    const mean = (numbers: Float64Array) => numbers.reduce((sum, v) => sum + v, 0) / numbers.length;
    return {
      right: Uint8Array.from(order, (i) => right[i]),
      odds: mean(own.map((entropy) => Math.exp(-entropy))),
      loss: mean(own),
    };
  }

  private async toAll(policy: BitPolicy | undefined): Promise<Everything> {
    const name = `${network}-${policy === undefined ? 'float' : bitsOf(policy)}`;
    const known = this.known.get(name) ?? (await this.read(name)) ?? (await this.run(policy, name));
    this.known.set(name, known);
    return known;
  }

  private async read(name: string): Promise<Everything | undefined> {
    const bytes = await readFile(join(this.directory, name)).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const { length } = this.pool;
    return {
      right: new Uint8Array(bytes.subarray(0, length)),
      losses: new Float32Array(bytes.buffer.slice(bytes.byteOffset + length, bytes.byteOffset + 5 * length)),
    };
  }

  private async run(policy: BitPolicy | undefined, name: string): Promise<Everything> {
    const { calibrated, images, pool } = this;
    const rounded = policy === undefined ? this.network : await calibrated.networkFor(policy, SCHEME);
    const model = new Inference(rounded);
    model.configure(policy === undefined ? floatRounding(rounded) : { policy, scheme: SCHEME, ranges: new Map() });
    const right = new Uint8Array(pool.length);
    let losses = new Float32Array();
    for await (const seen of evaluate(model, images, pool, {
      from: 0,
      to: pool.length,
      batchSize: imagesAtOnce(this.network),
    })) {
      losses = Float32Array.from(seen.losses.subarray(0, seen.images));
      seen.predictions.forEach((prediction, i) => {
        right[i] = Number(prediction === pool.label(i));
      });
    }
    model.dispose();
    await writeFile(join(this.directory, name), Buffer.concat([right, Buffer.from(losses.buffer)]));
    console.log(`${name}: ${shareOf(right).value}`);
    return { right, losses };
  }
}

const bitsOf = (policy: BitPolicy) =>
  Object.values(policy)
    .map(({ weights }) => weights)
    .join('');

/** The table: one row per network, over its draws. */
function table(): string {
  const networks = [...new Set(measured.rows.map((row) => row.network))];
  const points = (share: number) => (100 * share).toFixed(2);
  return markdownTable(
    ['network', 'draws', 'proved', 'KB', 'loses on the other images', 'more than 1.0', 'refuted'],
    networks.map((id) => {
      const own = measured.rows.filter((row) => row.network === id);
      const claims = own.flatMap(({ bytes, test }) => (bytes && test ? [{ bytes, ...test }] : []));
      const lost = claims.map((claim) => claim.lost).sort((a, b) => a - b);
      const sizes = claims.map(({ bytes }) => bytes / 1024).sort((a, b) => a - b);
      const [middle, last] = [claims.length >> 1, claims.length - 1];
      return [
        ...[id, own.length, claims.length],
        `${sizes[middle].toFixed(1)} (${sizes[0].toFixed(1)} to ${sizes[last].toFixed(1)})`,
        `${points(lost[middle])} (${points(lost[0])} to ${points(lost[last])})`,
        lost.filter((loss) => loss > MOST).length,
        claims.filter(({ least }) => least > MOST).length,
      ];
    }),
  );
}

/** One draw: the claim on its validation images, checked on its others. */
async function measure(
  answering: Answering,
  candidates: readonly BitPolicy[],
  bytesOf: (policy: BitPolicy) => number,
  draw: number,
): Promise<void> {
  const all = dataset.validation.length + dataset.test.length;
  const order = shuffle(
    Uint32Array.from({ length: all }, (_, i) => i),
    createRng(draw),
  );
  const claim: LossClaim = await resultOf(
    proveWithin({
      ...{ candidates, bytesOf, most: MOST, searched: SEARCHED, unseen: VALIDATION - SEARCHED, corrected: 0 },
      classes: dataset.classes.length,
      answersOf: (policy, from, to) => answering.to(order.subarray(from, to), policy),
    }),
    async () => {},
  );
  if (claim.proved === undefined) return measured.add({ network, draw });
  const { policy, bytes, n, lost, atMost } = claim.proved;
  const others = order.subarray(VALIDATION);
  const [before, after] = [await answering.to(others, undefined), await answering.to(others, policy)];
  const { difference, lower, upper } = compare(before.right, after.right, dataset.classes.length).difference;
  await measured.add({
    ...{ network, draw, bytes, bits: bitsOf(policy), proved: { n, lost, atMost } },
    test: { n: others.length, lost: -difference, least: -upper, most: -lower },
  });
}

await mkdir(cache, { recursive: true });
const { network: float } = await openNetwork(network as NetworkId, 'cifar10', dataset);
const answering = new Answering(float, dataset, cache);
const bytesOf = (policy: BitPolicy) => packedBytes(float, policy, SCHEME);
const missing = Array.from({ length: Number(draws) }, (_, i) => i + 1).filter(
  (draw) => !measured.rows.some((row) => row.network === network && row.draw === draw),
);
const candidates = missing.length > 0 ? await answering.candidates(bytesOf) : [];
for (const draw of missing) {
  await measure(answering, candidates, bytesOf, draw);
  await renewTables('searches.md', 'draws', table());
}
