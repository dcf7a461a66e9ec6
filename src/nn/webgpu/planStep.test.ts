import { expect, test } from 'vitest';
import { isLayer, layersOf, type Network } from '../../graph/network';
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import type { QuantScheme } from '../../quant/registry';
import type { Rounding } from '../../rounding/rounding';
import { ArchitectureBuilder, initialize } from '../../zoo/definition';
import { type NetworkId, networks } from '../../zoo/registry';
import { everything } from '../networks.testing';
import { planStep } from './planStep';
import { type Dispatch, shareMemory } from './stepPlan';
import { MANY_PIXELS } from './threadTile';
import { NotCompilableError } from './trainingGraph';
import { WORKGROUP_BYTES } from './wgsl';

const images = { count: 50_000, table: new Float32Array(768) };
const OPTIONS = { batch: 128, goal: { labelSmoothing: 0 }, images };
const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' };

const build = (id: NetworkId) => initialize(networks[id].build([32, 32, 3], 10), createRng(1));

function rounding(network: Network, scheme = LSQ): Rounding {
  const range = { min: 0, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
  const ranges = new Map(network.nodes.filter(isLayer).map((node) => [node.id, range]));
  return { policy: uniformPolicy(network, 4, 4), scheme, ranges };
}

test.each([
  ['tiny', 26, 29],
  ['resnet8', 49, 52],
  ['resnet20', 97, 100],
] as const)('a step of %s is so many dispatches, within WebGPU’s default limits', (id, float, rounded) => {
  const network = build(id);
  const schemes: QuantScheme[] = [
    LSQ,
    { quantizer: 'affine', granularity: 'channel' },
    { quantizer: 'symmetric', granularity: 'block:32', range: 'mse', activations: 'lsqPlus' },
    { quantizer: 'dorefa', granularity: 'tensor', activations: 'pact' },
  ];
  const ways = schemes.map((scheme) => [rounding(network, scheme), rounded] as const);
  for (const [how, count] of [[undefined, float] as const, ...ways]) {
    const { dispatches, buffers } = planStep(network, how, OPTIONS);
    expect(dispatches).toHaveLength(count);
    expectWithinLimits(dispatches);
    for (const [name, { size }] of buffers)
      if (name !== 'pixels') expect(4 * size, name).toBeLessThanOrEqual(128 * 2 ** 20);
  }
});

test('so are the kernels for software adapters', () => {
  const network = build('resnet8');
  for (const how of [undefined, rounding(network)])
    expectWithinLimits(planStep(network, how, { ...OPTIONS, pixels: MANY_PIXELS }).dispatches);
});

function expectWithinLimits(dispatches: readonly Dispatch[]): void {
  for (const { kernel, bindings } of dispatches) {
    expect(kernel.buffers.length).toBeLessThanOrEqual(8);
    expect(Object.keys(bindings).sort()).toEqual(kernel.buffers.map(({ name }) => name).sort());
    for (const groups of kernel.grid) expect(groups).toBeLessThanOrEqual(65_535);
    expect(workgroupBytes(kernel.code)).toBeLessThanOrEqual(WORKGROUP_BYTES);
    // A written buffer is bound once.
    const written = kernel.buffers.filter((buffer) => buffer.written).map(({ name }) => bindings[name]);
    for (const buffer of written) expect(Object.values(bindings).filter((one) => one === buffer)).toHaveLength(1);
  }
}

/** Total size of all `var<workgroup>` of a kernel. */
function workgroupBytes(code: string): number {
  const found = code.matchAll(/var<workgroup> \w+ : array<(vec4f|vec2f|f32), (\d+)>/g);
  return [...found].reduce(
    (sum, [, type, length]) => sum + Number(length) * { f32: 4, vec2f: 8, vec4f: 16 }[type as 'f32'],
    0,
  );
}

test('tensors that share memory are read before they are overwritten', () => {
  const rng = createRng(4);
  const size = new Map(Array.from({ length: 30 }, (_, i) => [`t${i}`, 1 + (i % 3)]));
  const kernel = { code: '', uniform: undefined, grid: [1, 1, 1] } as const;
  const buffers = [
    { name: 'a', written: false },
    { name: 'b', written: false },
    { name: 'out', written: true },
  ];
  // Each reads two of the eight before it, as far apart as shortcuts are.
  const dispatches = [...size.keys()].map((out, i) => {
    const before = () => (i === 0 ? 'image' : `t${Math.max(0, i - 1 - rng.integer(8))}`);
    const bindings = { a: before(), b: before(), out };
    return { kind: 'any', kernel: { ...kernel, buffers }, bindings, places: {} };
  });
  const shared = shareMemory(dispatches, size, new Map([['image', { size: 1 }]]));
  expect(shared.buffers.size).toBeLessThan(25);
  /** The dispatch that wrote what each one reads. */
  const writers = (list: readonly Dispatch[]) => {
    const last = new Map<string, number>();
    return list.map(({ bindings }, i) => {
      const read = [last.get(bindings.a), last.get(bindings.b)];
      last.set(bindings.out, i);
      return read;
    });
  };
  expect(writers(shared.dispatches)).toEqual(writers(dispatches));
  for (const { bindings } of shared.dispatches) expect([bindings.a, bindings.b]).not.toContain(bindings.out);
});

test('the bits that layers have in common with float ones are float', () => {
  const network = build('tiny');
  const asked = rounding(network);
  const policy = { ...asked.policy, conv2: { weights: FLOAT, activations: FLOAT } };
  const learned = [...planStep(network, { ...asked, policy }, OPTIONS).parameters.keys()].filter((name) =>
    name.includes('@'),
  );
  expect(learned.some((name) => name.startsWith('conv2.'))).toBe(false);
  expect(learned).toContain('conv3.kernel@lsq/tensor/4');
  expect(learned).toContain('fc.input@lsq/4');
});

test('unsupported parts are rejected by name', () => {
  const network = build('resnet8');
  const plan = (net: Network, how?: Rounding) => () => planStep(net, how, OPTIONS);
  expect(plan(initialize(everything(), createRng(1)))).toThrow(NotCompilableError);
  expect(plan(initialize(everything(), createRng(1)))).toThrow('"a" (conv2d): it has a bias');
  expect(plan(network, rounding(network, { ...LSQ, activations: 'bfp' }))).toThrow('reads block floating point');
  const asked = rounding(network);
  const [{ id }] = layersOf(network);
  const ranges = new Map([...asked.ranges, [id, { min: -2, max: 4, meanMagnitude: 1, choice: 'minMax' }] as const]);
  const policy = { ...asked.policy, [id]: { weights: FLOAT, activations: 8 } } as const;
  expect(plan(network, { ...asked, policy, ranges })).toThrow(`"${id}" rounds numbers below zero`);
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [8, 8, 3] }), 8, { relu: false });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [stem], {})], { units: 4, bias: true });
  expect(plan(initialize(net.build('bare'), createRng(1)))).toThrow('"pool" (globalAvgPool): it follows no ReLU');
});
