// Against the files themselves, to the byte.
import { expect, test } from 'vitest';
import { version } from '../../../../package.json';
import { branchesOf } from '../../../graph/branches';
import { FLOAT, SKIPPED, uniformPolicy } from '../../../graph/policy';
import { closeSkips } from '../../../graph/skips';
import { createRng } from '../../../math/rng';
import type { QuantScheme } from '../../../quant/registry';
import { contextOf, mixedPolicy, shippedNetwork } from '../witness.testing';
import { tfliteLayout } from './layout';
import { tfliteModel } from './model';

const rng = createRng(5);
const images = {
  label: 'Emoji-10',
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] },
  classes: ['airplane', 'dog'],
};
const schemes: QuantScheme[] = [
  { quantizer: 'symmetric', granularity: 'channel' },
  { quantizer: 'symmetric', granularity: 'tensor' },
  { quantizer: 'affine', granularity: 'channel' },
  { quantizer: 'lsq', granularity: 'tensor' },
  { quantizer: 'symmetric', granularity: 'block:16' },
];

test.each(['resnet8', 'tiny'] as const)('%s: as large as the file', (id) => {
  const network = shippedNetwork(id, 'emoji10');
  const ranges = new Map(
    network.nodes.map(({ id: node }, i) => [
      node,
      { min: -1, max: 1 + i, meanMagnitude: 0.5, choice: 'minMax' as const },
    ]),
  );
  const [branch] = branchesOf(network);
  for (const scheme of schemes) {
    const mixed = mixedPolicy(network, [2, 8], [2, 8], rng);
    const policies = [uniformPolicy(network, 8, 8), uniformPolicy(network, 4, FLOAT), mixed];
    if (branch)
      policies.push(closeSkips([branch], { ...mixed, [branch.layers[0]]: { weights: SKIPPED, activations: FLOAT } }));
    for (const policy of policies) {
      const context = { ...contextOf(network, policy, scheme, ranges), ...images, tensorRanges: ranges };
      const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
      const calibrated = rounds && { calibrationImages: 256 };
      const provenance = { ...context.provenance, dataset: images.label, version, ...calibrated };
      const { content } = tfliteModel({ ...context, provenance });
      const { bytes } = tfliteLayout(network, policy, scheme, images);
      expect(bytes.length, `${scheme.quantizer} ${scheme.granularity}`).toBe(content.length);
    }
  }
});
