// What rounding without training costs: accuracy of a network at uniform widths of weights under each way of choosing codes,
// on CIFAR-10 test images, as lines of a Markdown table.
//
//   npm run bench:rounding -- DIRECTORY NETWORK[,NETWORK] WIDTH[,WIDTH] [IMAGES] [WAY[,WAY]]
//
// DIRECTORY holds the six .bin files. Rounding is affine per channel, activations stay float, batch norms are re-estimated.
import { argv } from 'node:process';
import { hits, shareOf } from '../src/core/accuracy';
import { type BitWidth, FLOAT, uniformPolicy } from '../src/graph/policy';
import type { Calibration } from '../src/quant/calibration';
import type { WeightRange } from '../src/quant/quantizer';
import { type QuantScheme, withCalibration } from '../src/quant/registry';
import { Calibrated } from '../src/train/calibrated';
import type { NetworkId } from '../src/zoo/registry';
import { openBackend, openDataset, openNetwork } from './headless/surroundings';
import { percent } from './headless/words';

/** Ways of rounding: the range of the weights, and what differs from the default calibration. */
const WAYS: Readonly<Record<string, readonly [range: WeightRange, part: Partial<Calibration>]>> = {
  nearest: ['minMax', {}],
  mse: ['mse', {}],
  hessian: ['hessian', {}],
  gptq: ['hessian', { rounding: 'gptq' }],
  adaround: ['hessian', { rounding: 'adaround' }],
  'gptq-minmax': ['minMax', { rounding: 'gptq' }],
  'gptq-equalized': ['hessian', { rounding: 'gptq', equalize: true }],
  'gptq-64': ['hessian', { rounding: 'gptq', images: 64 }],
  'gptq-64-synthesized': ['hessian', { rounding: 'gptq', images: 64, synthesize: true }],
};

const [directory, networks, widths, images = '10000', ways = 'nearest,mse,hessian,gptq'] = argv.slice(2);
await openBackend('wasm');
const dataset = await openDataset('cifar10', directory, 1);
const some = { dataset, split: 'test', images: Number(images) } as const;
for (const id of networks.split(',') as NetworkId[]) {
  const { network } = await openNetwork(id, 'cifar10', dataset);
  console.log(`| ${id} | float | | ${percent(shareOf(await hits(network, some)))} | |`);
  for (const bits of widths.split(',').map(Number))
    for (const way of ways.split(',')) {
      const [range, part] = WAYS[way];
      const plain: QuantScheme = { quantizer: 'affine', granularity: 'channel', ...(range !== 'minMax' && { range }) };
      const scheme = withCalibration(plain, { correction: 'batchNorm', ...part });
      const policy = uniformPolicy(network, bits as BitWidth, FLOAT);
      const calibrated = new Calibrated(network, dataset);
      const started = process.cpuUsage().user;
      const rounded = await calibrated.networkFor(policy, scheme);
      const seconds = (process.cpuUsage().user - started) / 1e6;
      const rounding = { policy, scheme, ranges: await calibrated.rangesFor(policy, scheme) };
      const accuracy = shareOf(await hits(rounded, some, rounding));
      console.log(`| ${id} | ${bits} bits | ${way} | ${percent(accuracy)} | ${seconds.toFixed(1)} s of one core |`);
    }
}
