import { describe, expect, it } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { packedBytes } from '../packed';
import type { ExportContext } from './context';
import { readPolicyJson, writePolicyCsv, writePolicyJson } from './policyFile';

const network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(1));
const context: ExportContext = {
  network,
  policy: uniformPolicy(network, 3, 5),
  scheme: { quantizer: 'affine', granularity: 'channel' },
  ranges: new Map([['fc', { min: -0.5, max: 2, meanMagnitude: 0.7, choice: 'minMax' }]]),
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  classes: ['ant', 'bee'],
  provenance: {
    dataset: '=HYPERLINK("http://x","y")',
    split: 'test',
    seed: 7,
    version: '0.1.0',
    backend: 'wasm',
    accuracy: { value: 0.5, lower: 0.4, upper: 0.6, n: 100 },
  },
};

describe('JSON', () => {
  it('is read back, complete or as layers only', () => {
    const text = writePolicyJson(context);
    expect(readPolicyJson(text, network)).toEqual(context.policy);
    expect(readPolicyJson(JSON.stringify(context.policy), network)).toEqual(context.policy);
    expect(JSON.parse(text)).toMatchObject({
      scheme: { quantizer: 'affine', name: 'affine/channel' },
      activationRanges: { fc: { min: -0.5, max: 2 } },
      accuracy: { value: 0.5, n: 100 },
      seed: 7,
    });
  });

  it.each([
    ['{', /^A file of bit widths is JSON/],
    ['[]', /^A config is an object/],
    ['{"fewbits": "0.1.0"}', /^A config is an object/],
    ['{"__proto__": {"weights": 1, "activations": 2}}', /^The config has no entry for layer/],
  ])('refuses %s', (text, message) => {
    expect(() => readPolicyJson(text, network)).toThrow(message);
  });
});

it('CSV has one row per layer, numbers as numbers, and no formulas', () => {
  const rows = writePolicyCsv(context).split('\r\n');
  expect(rows[0]).toMatch(/^layer,operation,weights,macs,weight_bits,activation_bits,/);
  expect(rows).toHaveLength(network.nodes.filter(({ op }) => op === 'conv2d' || op === 'dense').length + 2);
  const last = rows[rows.length - 2];
  expect(last).toMatch(/^fc,dense,640,640,3,5,-0.5,2,Tiny,/);
  expect(last).toContain(
    `,"'=HYPERLINK(""http://x"",""y"")",affine/channel,0.5,0.4,0.6,100,test,7,${packedBytes(network, context.policy, context.scheme)}`,
  );
});
