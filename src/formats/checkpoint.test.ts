import { describe, expect, test } from 'vitest';
import type { Parameter } from '../graph/network';
import { NetworkError } from '../graph/shapes';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { FormatError, parseSafetensors, serializeSafetensors } from './safetensors';

const architecture = networks.tiny.build([16, 16, 3], 4);
const network = initialize(architecture, createRng(1));

function changed(change: (parameters: Map<string, Parameter>) => void) {
  const parameters = new Map(network.parameters);
  change(parameters);
  return writeCheckpoint({ ...network, parameters });
}

test('weights round-trip', () => {
  const bytes = writeCheckpoint(network);
  expect(readCheckpoint(architecture, bytes)).toEqual(network);
  expect(parseSafetensors(bytes).metadata).toEqual(new Map([['format', 'fewbits']]));
});

test('learned quantizer parameters round-trip too', () => {
  const parameters = new Map(network.parameters)
    .set('conv2.kernel@lsq/channel/3', { shape: [1, 32], values: new Float32Array(32).fill(0.25) })
    .set('fc.kernel@ttq/tensor/2', { shape: [2, 1], values: Float32Array.of(0.5, 0.75) })
    .set('fc.input@pact/4', { shape: [1, 1], values: Float32Array.of(6) });
  const learned = { ...network, parameters };
  expect(readCheckpoint(architecture, writeCheckpoint(learned))).toEqual(learned);
});

describe('refusals', () => {
  const other = networks.tiny.build([16, 16, 3], 5);

  test('of weights for another network', () => {
    expect(() => readCheckpoint(other, writeCheckpoint(network))).toThrow(NetworkError);
    expect(() => readCheckpoint(other, writeCheckpoint(network))).toThrow(
      '"fc.kernel" should be [64, 5] but is [64, 4]',
    );
  });

  test('of missing and of extra weights', () => {
    expect(() =>
      readCheckpoint(
        architecture,
        changed((p) => p.delete('fc.bias')),
      ),
    ).toThrow('lacks the weights "fc.bias"');
    const more = changed((p) => p.set('extra', { shape: [1], values: Float32Array.of(1) }));
    expect(() => readCheckpoint(architecture, more)).toThrow('"extra"');
  });

  test('of a weight that is not finite, by tensor and index', () => {
    const values = Float32Array.from(network.parameters.get('conv2.kernel')?.values ?? []);
    values[41] = Number.NaN;
    const bytes = changed((p) => p.set('conv2.kernel', { shape: [3, 3, 16, 32], values }));
    expect(() => readCheckpoint(architecture, bytes)).toThrow('"conv2.kernel" holds NaN at index 41');
  });

  test.each([
    ['fc.kernel@lsq/tensor/4', [1, 2], /"fc.kernel@lsq\/tensor\/4" should be \[1, 1\], the step .* but is \[1, 2\]/],
    ['conv2.kernel@lsq/channel/4', [1, 16], /should be \[1, 32\].* but is \[1, 16\]/],
    ['fc.kernel@ttq/tensor/2', [1, 2], /should be \[2, 1\], the positive and negative of each group/],
    ['fc.kernel@lsqq/tensor/4', [1, 1], /no quantizer of weights is "lsqq"/],
    ['fc.kernel@toString/tensor/4', [1, 1], /no quantizer of weights is "toString"/],
    ['fc.kernel@lsq/tensor/9', [1, 1], /LSQ has no 9-bit weights/],
    ['fc.kernel@lsq/block:4/3', [1, 1], /LSQ does not work per block/],
    ['fc.kernel@lsq/whole/3', [1, 1], /"whole" is not a granularity/],
    ['fc.kernel@twn/tensor/2', [1, 1], /TWN.* learns nothing/],
    ['fc.input@lsq/1', [1, 1], /LSQ has no 1-bit activations/],
    ['fc.input@lsq/4', [1, 3], /should be \[1, 1\]/],
    ['fc.input@ttq/4', [1, 1], /no quantizer of activations is "ttq"/],
    ['fc.kernel@lsq', [1, 1], /does not name a quantizer and width/],
  ] as const)('of impossible learned parameters: %s %j', (name, shape, words) => {
    const values = new Float32Array(shape[0] * shape[1]).fill(0.5);
    const bytes = changed((p) => p.set(name, { shape, values }));
    expect(() => readCheckpoint(architecture, bytes)).toThrow(FormatError);
    expect(() => readCheckpoint(architecture, bytes)).toThrow(words);
    expect(() => readCheckpoint(architecture, bytes)).toThrow('train anew, or take other weights.');
  });

  test('of codes where float weights should be', () => {
    const codes = { dtype: 'U8' as const, shape: [4], values: new Uint8Array(4) };
    const bytes = serializeSafetensors({ tensors: new Map([['fc.bias', codes]]), metadata: new Map() });
    expect(() => readCheckpoint(architecture, bytes)).toThrow(FormatError);
    expect(() => readCheckpoint(architecture, bytes)).toThrow('"fc.bias" is not float32');
  });
});
