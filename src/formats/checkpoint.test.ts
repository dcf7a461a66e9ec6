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

test('weights come back as they were written', () => {
  const bytes = writeCheckpoint(network);
  expect(readCheckpoint(architecture, bytes)).toEqual(network);
  expect(parseSafetensors(bytes).metadata).toEqual(new Map([['format', 'bitmixer']]));
});

describe('refusals', () => {
  const other = networks.tiny.build([16, 16, 3], 5);

  test('of weights for another network', () => {
    expect(() => readCheckpoint(other, writeCheckpoint(network))).toThrow(NetworkError);
    expect(() => readCheckpoint(other, writeCheckpoint(network))).toThrow(
      '"fc.kernel" should be [64, 5] but is [64, 4]',
    );
  });

  test('of missing and of superfluous weights', () => {
    expect(() =>
      readCheckpoint(
        architecture,
        changed((p) => p.delete('fc.bias')),
      ),
    ).toThrow('lacks the weights "fc.bias"');
    const more = changed((p) => p.set('extra', { shape: [1], values: Float32Array.of(1) }));
    expect(() => readCheckpoint(architecture, more)).toThrow('"extra"');
  });

  test('of a weight that is no number, by tensor and index', () => {
    const values = Float32Array.from(network.parameters.get('conv2.kernel')?.values ?? []);
    values[41] = Number.NaN;
    const bytes = changed((p) => p.set('conv2.kernel', { shape: [3, 3, 16, 32], values }));
    expect(() => readCheckpoint(architecture, bytes)).toThrow('"conv2.kernel" holds NaN at index 41');
  });

  test('of codes where float weights should be', () => {
    const codes = { dtype: 'U8' as const, shape: [4], values: new Uint8Array(4) };
    const bytes = serializeSafetensors({ tensors: new Map([['fc.bias', codes]]), metadata: new Map() });
    expect(() => readCheckpoint(architecture, bytes)).toThrow(FormatError);
    expect(() => readCheckpoint(architecture, bytes)).toThrow('"fc.bias" is not float32');
  });
});
