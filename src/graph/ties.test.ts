import { expect, test } from 'vitest';
import { networks } from '../zoo/registry';
import { tiesOf } from './ties';

const zoo = (id: keyof typeof networks) => networks[id].build([32, 32, 3], 10);

test('a block is what lies between a fork and its sum, the shortcut included', () => {
  expect(tiesOf(zoo('resnet8'), 'blocks')).toEqual([
    ['1a', '1b'],
    ['2a', '2b', '2s'],
    ['3a', '3b', '3s'],
  ]);
  expect(tiesOf(zoo('resnet20'), 'blocks')).toHaveLength(9);
  expect(tiesOf(zoo('resnet20'), 'blocks').every((group) => group.length === 2)).toBe(true);
  // Blocks that begin with a batch norm, whose output the projection reads too.
  expect(tiesOf(zoo('wrn-20-2'), 'blocks')).toHaveLength(9);
  expect(tiesOf(zoo('vgg-small'), 'blocks')).toEqual([]);
});

test('a shortcut shares the width of the first layer of its block', () => {
  expect(tiesOf(zoo('resnet8'), 'shortcuts')).toEqual([
    ['2a', '2s'],
    ['3a', '3s'],
  ]);
  expect(tiesOf(zoo('resnet20'), 'shortcuts')).toEqual([]);
  expect(tiesOf(zoo('resnet8'), 'none')).toEqual([]);
});
