import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { learnedForKernel } from '../rounding/learnedKernel';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { foldableBatchNorms, foldBatchNorms } from './folding';
import { learnedForInput, learnedInputName, learnedKernelName, learnedNames, parseLearnedName } from './learned';
import { checkNetwork, NetworkError } from './shapes';

const scheme = { quantizer: 'lsq', granularity: 'tensor' } as const;
const plain = initialize(networks.tiny.build([16, 16, 3], 4), createRng(1));
const extended = (name: string, values: Float32Array, shape = [1, values.length]) => ({
  ...plain,
  parameters: new Map(plain.parameters).set(name, { shape, values }),
});

describe('learned parameters', () => {
  test('are found by layer, quantizer, granularity and width', () => {
    const name = learnedKernelName('fc', scheme, 4);
    const network = extended(name, Float32Array.of(0.25));
    expect(name).toBe('fc.kernel@lsq/tensor/4');
    expect([...learnedNames(network, network.parameters.keys())]).toEqual([name]);
    expect(learnedForKernel(network, 'fc', scheme, 4)).toEqual(Float32Array.of(0.25));
    expect(learnedForKernel(network, 'fc', scheme, 3)).toBeUndefined();
    expect(learnedForKernel(network, 'fc', { ...scheme, granularity: 'channel' }, 4)).toBeUndefined();
    const inputs = extended(learnedInputName('fc', 'pact', 4), Float32Array.of(6));
    expect(learnedForInput(inputs, 'fc', 'pact', 4)).toEqual(Float32Array.of(6));
    expect(learnedForInput(inputs, 'fc', 'lsq', 4)).toBeUndefined();
  });

  test('have names that can be parsed', () => {
    expect(parseLearnedName(learnedKernelName('a.b', { ...scheme, granularity: 'block:32' }, 4))).toEqual({
      layer: 'a.b',
      rounds: 'kernel',
      quantizer: 'lsq',
      granularity: 'block:32',
      bits: 4,
    });
    expect(parseLearnedName(learnedInputName('fc', 'pact', 8))).toEqual({
      layer: 'fc',
      rounds: 'input',
      quantizer: 'pact',
      bits: 8,
    });
    for (const other of [
      'fc.kernel',
      'fc.kernel@lsq/4',
      'fc.input@pact/x',
      'fc.input@pact/tensor/4',
      'kernel@lsq/tensor/4',
    ])
      expect(parseLearnedName(other)).toBeUndefined();
  });

  test('of a kernel are dropped when a batch norm is folded into it', () => {
    const [layer] = foldableBatchNorms(plain).keys();
    const parameters = new Map(plain.parameters)
      .set(learnedKernelName(layer, scheme, 4), { shape: [1, 1], values: Float32Array.of(0.25) })
      .set(learnedInputName(layer, 'pact', 4), { shape: [1, 1], values: Float32Array.of(6) })
      .set(learnedKernelName('fc', scheme, 4), { shape: [1, 1], values: Float32Array.of(0.25) });
    const folded = foldBatchNorms({ ...plain, parameters });
    expect([...learnedNames(folded, folded.parameters.keys())]).toEqual([
      learnedInputName(layer, 'pact', 4),
      learnedKernelName('fc', scheme, 4),
    ]);
  });

  test('are optional, but must be finite and belong to a layer of the network', () => {
    expect(() => checkNetwork(plain)).not.toThrow();
    expect(() => checkNetwork(extended(learnedKernelName('fc', scheme, 4), Float32Array.of(0.25)))).not.toThrow();
    expect(() => checkNetwork(extended('nothing.kernel@lsq/tensor/4', Float32Array.of(0.25)))).toThrow(NetworkError);
    expect(() => checkNetwork(extended(learnedKernelName('fc', scheme, 4), Float32Array.of(Number.NaN)))).toThrow(
      'NaN',
    );
    expect(() => checkNetwork(extended(learnedKernelName('fc', scheme, 4), Float32Array.of(1), [1, 2]))).toThrow(
      '[1, 2]',
    );
  });
});
