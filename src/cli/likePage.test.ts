// The command line uses the same session as the page's engine: their measurements agree to the last digit.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestEngine } from '../engine/engine.testing';
import { packedBytes } from '../formats/packed';
import { uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { folder, headless } from './headless.testing';

const AFFINE: QuantScheme = { quantizer: 'affine', granularity: 'channel' };

it.each([
  ['', AFFINE],
  [' --correct bias --calibration-images 64', withCalibration(AFFINE, { correction: 'bias', images: 64 })],
  [' --batch-norm fold --activation-range mse', withCalibration(AFFINE, { batchNorm: 'fold', range: 'mse' })],
])('evaluate --policy uniform:3/4%s', async (flags, scheme) => {
  const { client, close } = startTestEngine();
  try {
    await client.call('start', { backend: 'wasm' }).result;
    await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
    const { architecture } = await client.call('openNetwork', { network: 'tiny' }).result;
    const policy = uniformPolicy(architecture, 3, 4);
    const params = { policy, scheme, split: 'test', stages: [96] } as const;
    const { accuracy, loss } = await client.call('evaluate', params).result;
    const out = join(folder(), 'out.json');
    const line = `evaluate --network tiny --dataset emoji10 --backend wasm --quantizer affine --policy uniform:3/4 --images 96${flags}`;
    expect(await headless(line, '--json', out)).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      accuracy: accuracy.value,
      n: 96,
      loss,
      fileBytes: packedBytes(architecture, policy, scheme),
    });
  } finally {
    close();
  }
});
