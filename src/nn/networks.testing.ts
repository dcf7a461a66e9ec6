// Small networks for tests, with batch norms that are not the identity.
import type { Architecture, Network, Parameter } from '../graph/network';
import { createRng } from '../math/rng';
import type { ActivationRange } from '../rounding/activationRounding';
import { ArchitectureBuilder, initialize } from '../zoo/definition';

/** Random weights, including batch norm statistics, so that folding them changes something. */
export function randomNetwork(architecture: Architecture, seed: number): Network {
  const rng = createRng(seed);
  const network = initialize(architecture, rng);
  const parameters = new Map<string, Parameter>();
  for (const [name, { shape, values }] of network.parameters) {
    const part = name.slice(name.lastIndexOf('.') + 1);
    const positive = () => 0.5 + rng.uniform();
    const change = { gamma: positive, variance: positive, alpha: () => 0.1 + 0.3 * rng.uniform(), kernel: undefined }[
      part
    ];
    const draw = part === 'kernel' ? undefined : (change ?? (() => 0.3 * rng.normal()));
    parameters.set(name, { shape, values: draw === undefined ? values : values.map(draw) });
  }
  return { ...architecture, parameters };
}

/** A plausible calibration result: a range between two numbers. */
export function rangeOf(min: number, max: number): ActivationRange {
  return { min, max, meanMagnitude: (Math.abs(min) + Math.abs(max)) / 4, choice: 'minMax' };
}

/** Every operation: asymmetric padding, depthwise, ReLU6, both averages, concat, pad, subsample, shortcuts. */
export function everything(size = 9): Architecture {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [size, size, 3] });
  const conv = { size: [3, 3], strides: [1, 1] } as const;
  const a = net.add('conv2d', 'a', [image], { ...conv, filters: 6, padding: [0, 1, 2, 1], bias: true });
  const aNorm = net.add('batchNorm', 'a.bn', [a], { epsilon: 1e-3 });
  const a6 = net.add('relu6', 'a.relu6', [aNorm], {});
  const dw = net.add('depthwiseConv2d', 'dw', [a6], { ...conv, strides: [2, 2], padding: [1, 0, 1, 1], bias: true });
  const dwNorm = net.add('batchNorm', 'dw.bn', [dw], { epsilon: 1e-5 });
  const dw6 = net.add('relu6', 'dw.relu6', [dwNorm], {});
  const pooled = net.add('avgPool', 'avg', [dw6], {
    size: [3, 3],
    strides: [1, 1],
    padding: [1, 1, 1, 1],
    countPadding: true,
  });
  const uncounted = net.add('avgPool', 'avg2', [dw6], { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] });
  const max = net.add('maxPool', 'max', [dw6], { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] });
  const joined = net.add('concat', 'join', [pooled, uncounted, max], {});
  const lone = net.add('batchNorm', 'lone.bn', [joined], { epsilon: 1e-5 });
  const b = net.add('conv2d', 'b', [lone], { ...conv, filters: 8, padding: [1, 1, 1, 1], bias: false });
  const relu = net.add('relu', 'b.relu', [b], {});
  const small = net.add('subsample', 'sub', [relu], { strides: [2, 2] });
  const wide = net.add('pad', 'pad', [small], { padding: [0, 0, 0, 0], channels: [1, 3] });
  const c = net.add('conv2d', 'c', [relu], {
    ...conv,
    filters: 12,
    strides: [2, 2],
    padding: [1, 1, 1, 1],
    bias: false,
  });
  const sum = net.add('relu', 'sum.relu', [net.add('add', 'sum', [c, wide], {})], {});
  const hidden = net.add(
    'relu',
    'fc1.relu',
    [net.add('dense', 'fc1', [net.add('flatten', 'flat', [sum], {})], { units: 7, bias: true })],
    {},
  );
  net.add('dense', 'fc2', [hidden], { units: 4, bias: false });
  return net.build('Everything');
}

/**
 * The operations that `everything` lacks: groups, several filters per channel, dilation, shuffled and sliced channels,
 * repeated pixels, gates, and all activations.
 */
export function modern(size = 8): Architecture {
  const net = new ArchitectureBuilder();
  const conv = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const image = net.add('input', 'image', [], { shape: [size, size, 3] });
  const stem = net.add('silu', 'stem.silu', [net.convBn('stem', image, 8, { relu: false })], {});
  const apart = { ...conv, padding: [2, 2, 1, 1], dilations: [2, 1] } as const;
  const grouped = net.add('conv2d', 'grouped', [stem], { ...apart, filters: 12, groups: 4, bias: true });
  const swish = net.add(
    'hardSwish',
    'grouped.swish',
    [net.add('batchNorm', 'grouped.bn', [grouped], { epsilon: 1e-3 })],
    {},
  );
  const shuffled = net.add('channelShuffle', 'shuffle', [swish], { groups: 3 });
  const left = net.add('channelSlice', 'left', [shuffled], { from: 0, to: 4 });
  const right = net.add('channelSlice', 'right', [shuffled], { from: 4, to: 12 });
  const uneven = { ...conv, size: [3, 2], padding: [1, 1, 0, 1] } as const;
  const multi = net.add('conv2d', 'multi', [left], { ...uneven, filters: 8, groups: 4, bias: false });
  const sloped = net.add('prelu', 'multi.prelu', [multi], {});
  const leaky = net.add('leakyRelu', 'right.leaky', [right], { alpha: 0.2 });
  const product = net.add('mul', 'product', [sloped, leaky], {});
  const wide = { ...conv, strides: [2, 2], padding: [2, 2, 2, 2], dilations: [2, 2] } as const;
  const deep = net.add('depthwiseConv2d', 'deep', [product], { ...wide, bias: false });
  const elu = net.add('elu', 'deep.elu', [net.add('batchNorm', 'deep.bn', [deep], { epsilon: 1e-5 })], { alpha: 0.8 });
  const mean = net.add('globalAvgPool', 'squeeze.mean', [elu], {});
  const squeeze = net.add('gelu', 'squeeze.gelu', [net.add('dense', 'squeeze', [mean], { units: 4, bias: true })], {});
  const excite = net.add('dense', 'excite', [squeeze], { units: 8, bias: true });
  const gate = net.add('hardSigmoid', 'excite.gate', [excite], { alpha: 0.2, beta: 0.4 });
  const gated = net.add('mul', 'gated', [elu, gate], {});
  const tall = net.add('upsample', 'tall', [gated], { scale: [2, 1] });
  const point = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], bias: true } as const;
  const a = net.add('geluTanh', 'a.gelu', [net.add('conv2d', 'a', [tall], { ...point, filters: 6 })], {});
  const b = net.add('tanh', 'b.tanh', [net.add('conv2d', 'b', [a], { ...point, filters: 6 })], {});
  const c = net.add('sigmoid', 'c.sigmoid', [net.add('conv2d', 'c', [b], { ...point, filters: 6 })], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [c], {})], { units: 4, bias: true });
  return net.build('Modern');
}

/** A residual block between two convolutions, and a dense layer. */
export function small(size = 6, classes = 3): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [size, size, 3] }), 4);
  const block = net.convBn('block', stem, 4, { relu: false });
  const sum = net.add('relu', 'sum.relu', [net.add('add', 'sum', [block, stem], {})], {});
  const next = net.convBn('next', sum, 8, { stride: 2 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [next], {})], { units: classes, bias: true });
  return net.build('Small');
}
