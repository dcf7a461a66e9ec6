// Rules as ai-edge-quantizer 0.10.0 documents and checks them (recipes/README.md, qtyping.py, default_policy.py).
import { expect, test } from 'vitest';
import { foldableBatchNorms } from '../../../graph/folding';
import { layersOf } from '../../../graph/network';
import { FLOAT, SKIPPED, uniformPolicy } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import { initialize } from '../../../zoo/definition';
import { networks } from '../../../zoo/registry';
import { readModel } from '../../import/tflite/model';
import { tfliteModel } from '../tflite/model';
import { contextOf } from '../witness.testing';
import { aiEdgeRecipe, type Rule } from './aiEdgeQuantizer';

const ranges = new Map();
const of = (id: 'resnet8' | 'mobilenet-025') => initialize(networks[id].build([32, 32, 3], 10), createRng(1));
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;

/** Operations that its default policy has for 4 bits beside integers, and beside floats. */
const FOUR = { static: ['FULLY_CONNECTED', 'CONV_2D'], weightOnly: ['FULLY_CONNECTED', 'CONV_2D'] };
const EIGHT = ['FULLY_CONNECTED', 'CONV_2D', 'DEPTHWISE_CONV_2D'];

/** What its `OpQuantizationRecipe` and its checks ask of a rule. */
function check(rule: Rule): void {
  const { regex, operation, algorithm_key, op_config, ...others } = rule;
  expect(others).toEqual({});
  expect(() => new RegExp(regex)).not.toThrow();
  expect(['min_max_uniform_quantize', 'no_quantize']).toContain(algorithm_key);
  expect(op_config === undefined).toBe(algorithm_key === 'no_quantize');
  if (op_config === undefined) return;
  const { activation_tensor_config: activations, weight_tensor_config: weights, ...how } = op_config;
  expect(how).toEqual(
    activations
      ? { compute_precision: 'INTEGER', explicit_dequantize: false }
      : { compute_precision: 'FLOAT', explicit_dequantize: true },
  );
  expect(weights).toMatchObject({ symmetric: true, dtype: 'INT' });
  expect(['TENSORWISE', 'CHANNELWISE']).toContain(weights.granularity);
  if (activations)
    expect([
      { num_bits: 8, symmetric: false, granularity: 'TENSORWISE', dtype: 'INT' },
      { num_bits: 16, symmetric: true, granularity: 'TENSORWISE', dtype: 'INT' },
    ]).toContainEqual(activations);
  if (operation === '*') return;
  const able = weights.num_bits === 4 ? FOUR[activations ? 'static' : 'weightOnly'] : EIGHT;
  expect(able).toContain(operation);
}

/** Bits of the last rule that matches each layer's operation in the float file, as the quantizer chooses them. */
function chosen(rules: readonly Rule[], file: Uint8Array): Record<string, number | undefined> {
  const { operations, tensors } = readModel({ name: 'float', bytes: file });
  return Object.fromEntries(
    operations.map(({ op, outputs }) => {
      const scope = `${tensors[outputs[0]].name};`;
      const rule = rules.findLast(
        ({ regex, operation }) => (operation === '*' || operation === op) && new RegExp(regex).test(scope),
      );
      return [tensors[outputs[0]].name, rule?.op_config?.weight_tensor_config.num_bits];
    }),
  );
}

test.each(['resnet8', 'mobilenet-025'] as const)('%s: each layer gets its bits in the float file', (id) => {
  const network = of(id);
  const float = contextOf(network, uniformPolicy(network, FLOAT, FLOAT), SCHEME, ranges);
  const { content } = tfliteModel(float);
  const norms = foldableBatchNorms(network);
  const widths = [2, 3, 4, 5, 8] as const;
  const policy = Object.fromEntries(
    layersOf(network).map(({ id: layer }, i) => [layer, { weights: widths[i % 5], activations: 8 as const }]),
  );
  const rules = aiEdgeRecipe({ ...float, policy });
  rules.forEach(check);
  const bits = chosen(rules, content);
  for (const [i, layer] of layersOf(network).entries()) {
    const node = norms.get(layer.id)?.id ?? layer.id;
    const [reader] = network.nodes.filter(({ inputs }) => inputs[0] === node);
    const output = reader?.op === 'relu' || reader?.op === 'relu6' ? reader.id : node;
    expect(bits[output], layer.id).toBe(widths[i % 5] <= 4 && layer.op !== 'depthwiseConv2d' ? 4 : 8);
  }
  expect(Object.values(bits)).not.toContain(undefined);
});

test('float layers stay float, float activations have weights alone, and skipped branches are not there', () => {
  const network = of('resnet8');
  const float = contextOf(network, uniformPolicy(network, FLOAT, FLOAT), SCHEME, ranges);
  expect(aiEdgeRecipe(float).every(({ algorithm_key }) => algorithm_key === 'no_quantize')).toBe(true);
  const policy = { ...uniformPolicy(network, 4, FLOAT), stem: { weights: FLOAT, activations: FLOAT } } as const;
  const rules = aiEdgeRecipe({ ...float, policy });
  rules.forEach(check);
  expect(rules.map(({ regex }) => regex)).not.toContain('.*');
  expect(rules[0]).toMatchObject({ regex: '^stem\\.relu;$', algorithm_key: 'no_quantize' });
  const wide = aiEdgeRecipe({ ...float, policy }, { int16: true });
  wide.forEach(check);
  expect(wide[2].op_config?.activation_tensor_config?.num_bits).toBe(16);
  const skipped = {
    ...policy,
    '1a': { weights: SKIPPED, activations: FLOAT },
    '1b': { weights: SKIPPED, activations: FLOAT },
  };
  expect(aiEdgeRecipe({ ...float, policy: skipped as never })).toHaveLength(rules.length - 2);
});

test('scales per block are refused', () => {
  const network = of('resnet8');
  const scheme = { quantizer: 'symmetric', granularity: 'block:16' } as const;
  expect(() => aiEdgeRecipe(contextOf(network, uniformPolicy(network, 4, 8), scheme, ranges))).toThrow(
    'no scales per block',
  );
});
