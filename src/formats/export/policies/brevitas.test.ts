// Against the names and arguments that Brevitas 0.12.1 documents (brevitas/quant, brevitas/nn), and against Brevitas itself where it
// is installed: symmetric weights are the page's, bit for bit; others have so many levels.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layersOf, type Parameter, parameterName } from '../../../graph/network';
import { type BitPolicy, FLOAT, isRounded } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import type { QuantScheme } from '../../../quant/registry';
import { roundedKernel } from '../../../rounding/layers';
import { initialize } from '../../../zoo/definition';
import { networks } from '../../../zoo/registry';
import { contextOf } from '../witness.testing';
import { brevitasProgram } from './brevitas';

const QUANTIZERS = [
  ...['Int8WeightPerChannelFloat', 'Int8WeightPerTensorFloat', 'ShiftedUint8WeightPerChannelFloat'],
  ...['ShiftedUint8WeightPerTensorFloat', 'ShiftedUint8ActPerTensorFloat', 'Uint8ActPerTensorFloatMaxInit'],
  'binary.SignedBinaryWeightPerTensorConst',
].map((name) => `brevitas.quant.${name}`);
/** Arguments of layers, and of quantizers behind the name of what they round. */
const OPTIONS = [
  ...['stride', 'padding', 'dilation', 'groups', 'padding_mode', 'bias', 'strict', 'weight_quant', 'input_quant'],
  ...['weight_bit_width', 'weight_scaling_impl_type', 'weight_scaling_stats_op', 'weight_scaling_per_output_channel'],
  ...['input_bit_width', 'input_max_val'],
];

const network = { ...initialize(networks.tiny.build([32, 32, 3], 10), createRng(1)), name: 'Tiny """ \\' };
const layers = layersOf(network);
const ranges = new Map(
  layers.map(({ id, inputs }, i) => [
    id,
    { min: inputs[0] === 'image' ? -2 : 0, max: 2 + i / 8, meanMagnitude: 0.5, choice: 'minMax' as const },
  ]),
);
const schemes: QuantScheme[] = (['symmetric', 'affine', 'lsq'] as const).flatMap((quantizer) =>
  (['channel', 'tensor'] as const).flatMap((granularity) =>
    quantizer === 'lsq' && granularity === 'channel' ? [] : [{ quantizer, granularity }],
  ),
);
const widths = [FLOAT, 1, 2, 5, 8] as const;
const policyFor = ({ quantizer }: QuantScheme): BitPolicy =>
  Object.fromEntries(
    layers.map(({ id }, i) => {
      const bits = widths[i % 5];
      return [id, { weights: bits === 1 && quantizer !== 'symmetric' ? 3 : bits, activations: i % 2 === 0 ? 8 : 4 }];
    }),
  );
const programFor = (scheme: QuantScheme) => brevitasProgram(contextOf(network, policyFor(scheme), scheme, ranges));

/** Numbers of one filter. */
const filter = (shape: readonly number[]) => shape.slice(0, -1).reduce((n, d) => n * d, 1);
const difference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));

/** What a program says, run with a program of layers beside it as `quantized.py`. */
function python(scheme: QuantScheme, code: string, input = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'fewbits-brevitas-'));
  try {
    writeFileSync(join(folder, 'quantized.py'), programFor(scheme));
    const options = { cwd: folder, input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
    const { stdout, stderr, status } = spawnSync('python3', ['-c', code], options);
    expect(status, stderr).toBe(0);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const can = (code: string) => spawnSync('python3', ['-c', code]).status === 0;

describe.skipIf(!can(''))('the program (needs python3)', () => {
  const reading = `
import ast, json
tree = ast.parse(open("quantized.py").read())
nodes = list(ast.walk(tree))
options = [k for n in nodes if isinstance(n, ast.Call) for k in n.keywords]
keys = [k.value for n in nodes if isinstance(n, ast.Dict) for k in n.keys if k is not None and k.value.startswith(("weight_", "input_"))]
print(json.dumps({
    "imports": [f"{n.module}.{a.name}" for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names],
    "options": [k.arg for k in options if k.arg] + keys,
    "layers": next(ast.literal_eval(n.value) for n in nodes if isinstance(n, ast.Assign) and n.targets[0].id == "LAYERS"),
}))`;

  test.each(schemes)('$quantizer per $granularity: names, options and bits', (scheme) => {
    const { imports, options, layers: bits } = JSON.parse(python(scheme, reading));
    for (const name of imports) expect(QUANTIZERS).toContain(name);
    for (const name of options) expect(OPTIONS).toContain(name);
    const policy = policyFor(scheme);
    expect(Object.keys(bits)).toEqual(layers.map(({ id }) => id));
    for (const [id, { weights, activations }] of Object.entries(policy))
      expect(bits[id]).toMatchObject({ weights: weights === FLOAT ? null : weights, activations });
  });
});

describe.skipIf(!can('import brevitas, torch'))('in Brevitas (needs brevitas and torch)', () => {
  const quantizing = `
import json, sys, torch
from quantized import quantize
given = json.load(sys.stdin)
model = torch.nn.ModuleDict()
for name, (shape, values) in given.items():
    layer = torch.nn.Linear(shape[1], shape[0]) if len(shape) == 2 else torch.nn.Conv2d(shape[1], shape[0], shape[2:])
    layer.weight.data = torch.tensor(values).reshape(shape)
    model[name] = layer
quantize(model).eval()
print(json.dumps({
    name: getattr(layer.quant_weight(), "value", layer.weight).flatten().tolist() for name, layer in model.items()
}))`;

  test.each(schemes)('$quantizer per $granularity', { timeout: 120_000 }, (scheme) => {
    /** A kernel [h, w, in, out] or [in, out] as PyTorch's [out, in, h, w] or [out, in]. */
    const asTorch = (shape: readonly number[], values: Float32Array) => {
      const out = shape.at(-1) as number;
      const [rows, inputs] = [shape.slice(0, -2).reduce((n, d) => n * d, 1), shape.at(-2) as number];
      return Array.from({ length: values.length }, (_, i) => {
        const [o, c, p] = [Math.floor(i / (inputs * rows)), Math.floor(i / rows) % inputs, i % rows];
        return values[(p * inputs + c) * out + o];
      });
    };
    const given = layers.map(({ id }) => {
      const { shape, values } = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
      return [id, [[...shape.slice(-2).reverse(), ...shape.slice(0, -2)], asTorch(shape, values)]];
    });
    const theirs = JSON.parse(python(scheme, quantizing, JSON.stringify(Object.fromEntries(given))));
    for (const node of layers) {
      const { weights } = policyFor(scheme)[node.id];
      const { shape, values } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const ours = asTorch(shape, isRounded(weights) ? roundedKernel(network, node, scheme, weights) : values);
      const levels =
        scheme.granularity === 'tensor' ? new Set(theirs[node.id]) : new Set(theirs[node.id].slice(0, filter(shape)));
      if (isRounded(weights)) expect(levels.size).toBeLessThanOrEqual(2 ** weights);
      if (scheme.quantizer === 'symmetric') expect(difference(ours, theirs[node.id])).toBeLessThan(1e-7);
    }
  });
});

test('quantizers that Brevitas has no form of are refused by name', () => {
  const policy = policyFor({ quantizer: 'dsconv', granularity: 'block:16' });
  const refused = (scheme: QuantScheme) => () => brevitasProgram(contextOf(network, policy, scheme, ranges));
  expect(refused({ quantizer: 'ttq', granularity: 'tensor' })).toThrow('choose symmetric, affine, lsq');
  expect(refused({ quantizer: 'symmetric', granularity: 'block:16' })).toThrow('per block:16');
});
