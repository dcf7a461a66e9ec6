import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortNames } from './layerNames';

const short = (names: readonly string[], room: number) => [...shortNames(names, room).values()];

test('names that fit stay as they are', () => {
  expect(short(['stem', '1a', 'fc'], 8)).toEqual(['stem', '1a', 'fc']);
});

test('a network from PyTorch keeps what tells its layers apart', () => {
  const names = ['conv1', 'layer1.0.conv1', 'layer1.0.conv2', 'layer2.0.shortcut.0', 'linear'];
  expect(short(names, 8)).toEqual(['conv1', 'l1.0.c1', 'l1.0.c2', 'l2.0.s.0', 'linear']);
  expect(short(names, 12)).toEqual(['conv1', 'l1.0.conv1', 'l1.0.conv2', 'l2.0.s.0', 'linear']);
});

test('what all names begin with is dropped, but never a whole name', () => {
  expect(short(['model.features.0', 'model.features.3', 'model.classifier'], 10)).toEqual([
    'features.0',
    'features.3',
    'classifier',
  ]);
  expect(short(['net.', 'net.a'], 8)).toEqual(['net.', 'net.a']);
  expect(short(['/net/block_1/Conv', '/net/block_2/Conv'], 20)).toEqual(['1/Conv', '2/Conv']);
});

test('the narrowest strips drop letters on the left, then separators', () => {
  const names = [
    'features.stem',
    'features.layer1.0.conv1',
    'features.layer2.0.downsample.0',
    'features.layer2.0.conv1',
  ];
  expect(short(names, 6)).toEqual(['stem', '1.0.c1', 'l20d0', '2.0.c1']);
  // What would become the same without letters keeps its initials.
  expect(short(['stem', 'layer1.0.conv1', 'block1.0.conv1'], 6)).toEqual(['stem', 'l1.0.c1', 'b1.0.c1']);
});

test('names of one form keep the parts that differ', () => {
  const name = (stage: number, block: number) => `features.stage${stage}.block_${block}.depthwise_separable.conv`;
  const names = ['features.stem.conv', name(3, 148), name(3, 149), name(4, 150), 'classifier'];
  expect(short(names, 6).slice(1, 4)).toEqual(['s3.148', 's3.149', 's4.150']);
});

test('one long word loses its middle', () => {
  expect(short(['StatefulPartitionedCall', 'b'], 8)).toEqual(['Sta…Call', 'b']);
});

test('different names stay different, and fit, or get shorter, unless they would become the same', () => {
  const name = fc.array(fc.constantFrom('layer1', 'layer2', 'conv', 'cat', '0', '1', 'downsample'), {
    minLength: 1,
    maxLength: 5,
  });
  const names = fc.uniqueArray(
    name.map((parts) => parts.join('.')),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(names, fc.integer({ min: 6, max: 16 }), (given, room) => {
      const shown = short(given, room);
      expect(new Set(shown).size).toBe(given.length);
      for (const [i, text] of shown.entries()) expect(text.length <= Math.max(room, given[i].length)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
