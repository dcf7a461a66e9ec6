// Against what Model Optimizer 0.47 documents of its configuration (docs/source/guides/_quant_cfg.rst).
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { layersOf } from '../../../graph/network';
import { FLOAT, uniformPolicy } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import { initialize } from '../../../zoo/definition';
import { networks } from '../../../zoo/registry';
import { contextOf } from '../witness.testing';
import { modeloptConfig } from './modelopt';

const network = { ...initialize(networks.tiny.build([32, 32, 3], 10), createRng(1)), name: 'Tiny """ \\' };
const layers = layersOf(network);
const ranges = new Map(
  layers.map(({ id }, i) => [id, { min: i === 0 ? -1 : 0, max: 2, meanMagnitude: 0.5, choice: 'minMax' as const }]),
);
const channel = { quantizer: 'symmetric', granularity: 'channel' } as const;

test.skipIf(spawnSync('python3', ['--version']).status !== 0)('each quantizer has its bits (needs python3)', () => {
  const widths = [FLOAT, 2, 3, 5, 8] as const;
  const policy = Object.fromEntries(
    layers.map(({ id }, i) => [id, { weights: widths[i % 5], activations: i === 1 ? FLOAT : (8 as const) }]),
  );
  const program = `${modeloptConfig(contextOf(network, policy, channel, ranges))}\nimport json\nprint(json.dumps(CONFIG))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { quant_cfg: entries, ...others } = JSON.parse(stdout);
  expect(others).toEqual({ algorithm: 'max' });
  expect(entries[0]).toEqual({ quantizer_name: '*', enable: false });
  const named = Object.fromEntries(
    entries.slice(1).map(({ quantizer_name, cfg, ...rest }: Record<string, unknown>) => {
      expect(rest).toEqual({});
      return [quantizer_name, cfg];
    }),
  );
  const wanted = layers.flatMap(({ id }, i) => [
    ...(widths[i % 5] === FLOAT
      ? []
      : [[`${id}.weight_quantizer`, { num_bits: widths[i % 5], axis: 0, narrow_range: true }]]),
    ...(i === 1 ? [] : [[`${id}.input_quantizer`, { num_bits: 8, ...(i > 0 && { unsigned: true }) }]]),
  ]);
  expect(named).toEqual(Object.fromEntries(wanted));
});

test('what it has no form of is refused by name', () => {
  const whole = contextOf(network, uniformPolicy(network, 1, 8), channel, ranges);
  expect(() => modeloptConfig(whole)).toThrow('has weights of 1 bit');
  const blocks = { quantizer: 'symmetric', granularity: 'block:16' } as const;
  expect(() => modeloptConfig({ ...whole, scheme: blocks })).toThrow('block:16');
});
