import { expect, test } from 'vitest';
import { everything, small } from '../nn/networks.testing';
import { networks } from '../zoo/registry';
import { isLayer } from './network';
import { segmentsOf } from './segments';

const layersIn = (nodes: ReturnType<typeof segmentsOf>[number]['nodes']) => nodes.filter(isLayer).map(({ id }) => id);

test('residual blocks are segments, and so are layers in a row', () => {
  const blocks = segmentsOf(networks.resnet8.build([32, 32, 3], 10)).map(({ nodes }) => layersIn(nodes));
  expect(blocks).toEqual([['stem'], ['1a', '1b'], ['2a', '2b', '2s'], ['3a', '3b', '3s'], [], ['fc']]);
  expect(segmentsOf(small()).map(({ nodes }) => layersIn(nodes))).toEqual([['stem'], ['block'], ['next'], [], ['fc']]);
});

test('every node is in one segment, and reads what is in it or the last of the one before', () => {
  for (const { nodes } of [
    everything(),
    small(),
    networks.resnet20.build([32, 32, 3], 10),
    networks['vgg-small'].build([32, 32, 3], 10),
  ]) {
    const segments = segmentsOf({ name: '', nodes });
    expect(segments.flatMap((segment) => segment.nodes)).toEqual(nodes.slice(1));
    let before = nodes[0].id;
    for (const segment of segments) {
      expect(segment.input).toBe(before);
      const inside = new Set([before, ...segment.nodes.map(({ id }) => id)]);
      for (const { inputs } of segment.nodes) for (const id of inputs) expect(inside.has(id)).toBe(true);
      before = segment.nodes[segment.nodes.length - 1].id;
    }
  }
});
