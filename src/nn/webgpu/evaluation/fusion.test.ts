import { expect, test } from 'vitest';
import { isLayer } from '../../../graph/network';
import { inferShapes } from '../../../graph/shapes';
import { networks } from '../../../zoo/registry';
import { compile } from '../../plan';
import { WORKGROUP_BYTES } from '../wgsl';
import { fuseSteps } from './fusion';
import { convolutionKernel, type LayerGeometry, tileOf } from './layerKernel';
import type { Shape } from './text';

test.each([
  ['tiny', 8],
  ['resnet8', 11],
  ['resnet20', 21],
  ['vgg-small', 19],
] as const)('an evaluation of %s is so many dispatches', (id, count) => {
  const steps = compile(networks[id].build([32, 32, 3], 10));
  const { inputs, inside } = fuseSteps(
    steps,
    steps.map((step) => step.inputs),
  );
  const within = new Set([...inside.values()].flat());
  const dispatched = steps.filter(({ node }, i) => !within.has(i) && node.op !== 'input' && node.op !== 'flatten');
  expect(dispatched).toHaveLength(count);
  // Nothing reads what is inside another step.
  for (const [i, read] of inputs.entries()) if (!within.has(i)) for (const j of read) expect(within.has(j)).toBe(false);
});

test('a sum whose inputs others read too is not fused', () => {
  const steps = compile(networks.resnet8.build([32, 32, 3], 10));
  const inputs = steps.map((step) => step.inputs);
  const sum = steps.findIndex(({ node }) => node.id === '1.add');
  const again = inputs.map((read, i) => (i === steps.length - 1 ? [...read, inputs[sum][0]] : read));
  expect(fuseSteps(steps, inputs).sums.has(sum)).toBe(true);
  expect(fuseSteps(steps, again).sums.has(sum)).toBe(false);
});

test('the kernels of every layer fit WebGPU’s default limits', () => {
  for (const id of ['tiny', 'resnet8', 'resnet20', 'vgg-small', 'vgg16'] as const) {
    const architecture = networks[id].build([32, 32, 3], 10);
    const shapes = inferShapes(architecture);
    const shapeOf = (node: string) => {
      const shape = shapes.get(node) as readonly number[];
      return (shape.length === 1 ? [1, 1, shape[0]] : shape) as Shape;
    };
    for (const node of architecture.nodes.filter(isLayer)) {
      const ends = { from: shapeOf(node.inputs[0]), to: shapeOf(node.id) };
      const geometry: LayerGeometry =
        node.op === 'dense'
          ? { ...ends, size: [1, 1], strides: [1, 1], before: [0, 0] }
          : { ...ends, size: node.size, strides: node.strides, before: [node.padding[0], node.padding[2]] };
      for (const arithmetic of ['float', 'bytes'] as const) {
        expect(tileOf(geometry, arithmetic)).toBeDefined();
        const { code, groups } = convolutionKernel(geometry, arithmetic, { activation: 'relu' });
        const memory = [...code.matchAll(/var<workgroup> \w+ : array<(\w+), (\d+)>/g)].reduce(
          (sum, [, type, length]) => sum + Number(length) * (type.startsWith('vec4') ? 16 : 4),
          0,
        );
        expect(memory).toBeLessThanOrEqual(WORKGROUP_BYTES);
        for (const count of groups(512)) expect(count).toBeLessThanOrEqual(65_535);
      }
    }
  }
});
