// Learned quantizer parameters train: eight images by heart, for every quantizer.
import { test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { describeBackends } from './backends.testing';
import { expectLearnedByHeart } from './steps.testing';

const CASES = [
  ['lsq', 'tensor', 3],
  ['lsq', 'channel', 2],
  ['ttq', 'tensor', 2],
  ['ttq', 'channel', 2],
  ['binary', 'tensor', 1],
  ['binary', 'channel', 1],
] as const;

describeBackends('learned parameters of kernels', () => {
  test.each(CASES)('%s per %s at %d bits learns eight images by heart', async (id, granularity, bits) => {
    await expectLearnedByHeart((network) => ({
      policy: uniformPolicy(network, bits, FLOAT),
      scheme: { quantizer: id, granularity },
      ranges: new Map(),
    }));
  });
});
