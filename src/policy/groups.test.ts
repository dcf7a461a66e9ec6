// Stages and kinds of layers, on the networks of the zoo and on names as PyTorch and Keras give them.
import { describe, expect, it } from 'vitest';
import { layerCosts } from '../graph/cost';
import { resnet8, resnet20 } from '../zoo/resnet';
import { layersLike, stagesOf } from './groups';

const costs = layerCosts(resnet8.build([32, 32, 3], 10));
const ids = costs.map(({ id }) => id);

describe('stages', () => {
  it('are those of the residual networks', () => {
    expect(stagesOf(ids)).toEqual([['stem'], ['1a', '1b'], ['2a', '2b', '2s'], ['3a', '3b', '3s'], ['fc']]);
    const deep = layerCosts(resnet20.build([32, 32, 3], 10)).map(({ id }) => id);
    expect(stagesOf(deep).map((stage) => stage.length)).toEqual([1, 6, 6, 6, 1]);
  });
  it('are found in names of other frameworks', () => {
    expect(stagesOf(['conv1', 'layer1.0.conv1', 'layer1.1.conv1', 'layer2.0.conv1', 'linear'])).toEqual([
      ['conv1'],
      ['layer1.0.conv1', 'layer1.1.conv1'],
      ['layer2.0.conv1'],
      ['linear'],
    ]);
    expect(stagesOf(['model/b1_expand', 'model/b1_project', 'model/b2_expand'])).toEqual([
      ['model/b1_expand', 'model/b1_project'],
      ['model/b2_expand'],
    ]);
    expect(stagesOf(['only'])).toEqual([['only']]);
  });
});

describe('kinds', () => {
  it('are stage, shape, convolutions and all', () => {
    expect(layersLike('stage', ['2b', 'fc'], costs)).toEqual(['2a', '2b', '2s', 'fc']);
    expect(layersLike('shape', ['1b'], costs)).toEqual(['1a', '1b']);
    expect(layersLike('shape', [], costs)).toEqual([]);
    expect(layersLike('convs', [], costs)).toEqual(ids.slice(0, -1));
    expect(layersLike('all', [], costs)).toEqual(ids);
  });
});
