import { describe, expect, it } from 'vitest';
import { layerCosts, policyCost } from '../graph/cost';
import { uniformPolicy } from '../graph/policy';
import { checkNetwork, countTrainable, inferShapes } from '../graph/shapes';
import { createRng } from '../math/rng';
import { initialize } from './definition';
import { type NetworkId, networks, zooArchitecture } from './registry';

const image = [32, 32, 3] as const;
const resnet20 = networks.resnet20.build(image, 10);

describe('known sizes', () => {
  // Origin: MetaQuantNet (arXiv 2004.11506), table 1, float sizes in MB = 1e6 bytes, some rounded, some truncated.
  it.each([
    ['resnet20', 269_722, 1.079],
    ['vgg16', 14_724_042, 58.896],
    ['vgg-small', 923_130, 3.692],
    ['resnet8', 78_042, undefined],
    // Of the same: 0.46 M and 0.85 M in He et al., table 6; LeNet-5 and ResNet-14 by hand.
    ['resnet32', 464_154, undefined],
    ['resnet56', 853_018, undefined],
    ['lenet5', 62_006, undefined],
    ['resnet14', 172_506, undefined],
    ['mobilenet-025', 215_642, undefined],
  ] as const)('%s has %d parameters', (id, parameters, megabytes) => {
    const count = countTrainable(networks[id].build(image, 10));
    expect(count).toBe(parameters);
    if (megabytes !== undefined) expect(Math.abs((count * 4) / 1e6 - megabytes)).toBeLessThan(0.0006);
  });

  it('DS-CNN and MobileNetV1 for 96 pixels are those of MLPerf Tiny', () => {
    // Shapes of its kws_ref_model and vww_96: convolutions, batch norms, and the dense layer, by hand.
    const keywords = zooArchitecture('ds-cnn', 12);
    const macs = layerCosts(keywords).reduce((sum, layer) => sum + layer.macs, 0);
    expect(macs).toBe(125 * (40 * 64 + 4 * (9 * 64 + 64 * 64)) + 64 * 12);
    expect(countTrainable(keywords)).toBe(23_756);
    const shapes = inferShapes(zooArchitecture('mobilenet-025-96', 2));
    expect(shapes.get('13.point')).toEqual([3, 3, 256]);
  });

  it.each([
    [8, 4],
    [16, 2],
    [32, 1],
  ] as const)('compresses %dx at %d bits', (ratio, bits) => {
    expect(policyCost(resnet20, uniformPolicy(resnet20, bits, 32)).compression).toBeCloseTo(ratio, 12);
  });

  it('counts the multiplications of ResNet-20', () => {
    // Origin: 40.55 M in He et al.'s sizes; 268,336 convolution and dense weights in MetaQuantNet's.
    const costs = layerCosts(resnet20);
    expect(costs.reduce((sum, layer) => sum + layer.macs, 0)).toBe(40_551_040);
    expect(costs.reduce((sum, layer) => sum + layer.weights, 0)).toBe(268_336);
    expect(costs).toHaveLength(20);
  });
});

describe.each(Object.keys(networks) as NetworkId[])('%s', (id) => {
  it('has consistent shapes and initializes to finite weights', () => {
    const architecture = zooArchitecture(id, 10);
    expect([...inferShapes(architecture).values()].at(-1)).toEqual([10]);
    if (architecture.name !== 'VGG16') checkNetwork(initialize(architecture, createRng(1)));
  });
});
