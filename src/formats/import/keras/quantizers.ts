// The quantizers of QKeras as grids: quantized_bits and quantized_relu, with fixed scales or with those that QKeras finds for
// each channel; and binary, which is plus or minus one number. Others are refused by name.
// Reference: github.com/google/qkeras 0.9, qkeras/quantizers.py.
import type { Parameter } from '../../../graph/network';
import { encode } from '../../../quant/uniformGrid';
import type { ActivationCodes, WeightCodes } from '../layerRounding';
import { refuse } from '../refusal';
import { Config } from './config';

/** Levels `code * scale * factor`, from codes `low` to `high`; a number x has the code nearest to x / scale. */
interface Grid {
  readonly bits: number;
  readonly scale: number;
  readonly low: number;
  readonly high: number;
  /** A factor of the levels, or the way in which QKeras finds one for each channel. */
  readonly alpha: number | 'auto' | 'auto_po2';
}

/** The order of arguments, for quantizers written as text: `quantized_bits(4,0,1,alpha=1)`. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  quantized_bits: ['bits', 'integer', 'symmetric', 'keep_negative', 'alpha'],
  binary: ['use_01', 'alpha'],
  quantized_relu: ['bits', 'integer', 'use_sigmoid', 'negative_slope', 'use_stochastic_rounding', 'relu_upper_bound'],
};
const WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };
/** Keras's epsilon. */
const EPSILON = 1e-7;
/** Times that QKeras refines a scale. */
const REFINEMENTS = 5;

/** A quantizer's name and arguments, in either form; undefined for none. */
function quantizerIn(config: Config, key: string): { readonly name: string; readonly args: Config } | undefined {
  if (config.get(key) === undefined) return undefined;
  const { name, inner } = config.functionOf(key, '');
  if (inner !== undefined) return { name, args: inner };
  const [, called, listed = ''] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/.exec(name) ?? [undefined, name];
  const entries = listed.split(',').flatMap((text, i) => {
    if (text.trim() === '') return [];
    const [, key, value] = /^\s*(?:(\w+)\s*=)?\s*['"]?([^'"]*?)['"]?\s*$/.exec(text) ?? [];
    const word = value in WORDS ? WORDS[value] : Number.isNaN(Number(value)) ? value : Number(value);
    return [[key ?? SIGNATURES[called]?.[i] ?? String(i), word] as const];
  });
  return { name: called, args: new Config(Object.fromEntries(entries), config.where) };
}

const USE_OTHERS = 'Train the network with quantized_bits and quantized_relu.';

/** The number of which `binary` gives plus or minus, the former for 0; undefined for other quantizers. @throws Refusal */
function binaryScale(config: Config, key: string): number | undefined {
  const found = quantizerIn(config, key);
  if (found?.name !== 'binary') return undefined;
  if (found.args.flag('use_01', false))
    refuse(`Its ${key} gives 0 and 1; here, binary numbers are plus and minus one number.`, 'Train without use_01.');
  if (typeof found.args.get('alpha') === 'string')
    refuse(`Its ${key} finds its scale while it runs.`, 'Train the network with alpha=1.');
  return found.args.number('alpha', 1);
}

/** The grid of a quantizer, and whether it clips below 0 as a ReLU does; undefined without one. @throws Refusal */
function gridOf(config: Config, key: string): (Grid & { readonly rectifies: boolean }) | undefined {
  const found = quantizerIn(config, key);
  if (found === undefined) return undefined;
  const { name, args } = found;
  if (!Object.hasOwn(SIGNATURES, name) || name === 'binary')
    refuse(`Its ${key} is ${name}; quantized_bits and quantized_relu can be run.`, USE_OTHERS);
  const rectifies = name === 'quantized_relu';
  const bits = args.count('bits', 8);
  const signed = !rectifies && args.flag('keep_negative', true);
  if (bits > 32 || (signed && bits === 1))
    refuse(`Its ${key} has ${bits} bit${bits === 1 ? ' and a sign' : 's'}, which cannot be run.`, USE_OTHERS);
  if (rectifies && (args.flag('use_sigmoid', false) || args.number('negative_slope', 0) !== 0))
    refuse(`Its ${key} is a sigmoid, or lets a share of negative numbers through.`, USE_OTHERS);
  const scale = 2 ** (args.number('integer', 0) + (signed ? 1 : 0) - bits);
  const high = 2 ** (signed ? bits - 1 : bits) - 1;
  const bound =
    rectifies && args.get('relu_upper_bound') !== undefined ? args.number('relu_upper_bound', 0) : undefined;
  if (bound !== undefined && bound < high * scale)
    refuse(`Its ${key} ends at ${bound}, inside of its codes.`, 'Train the network without relu_upper_bound.');
  const given = args.get('alpha');
  const alpha = given === 'auto' || given === 'auto_po2' ? given : args.number('alpha', 1);
  const symmetric = typeof alpha === 'string' || args.flag('symmetric', false);
  return { bits, scale, high, low: signed ? (symmetric ? -high : -high - 1) : 0, alpha, rectifies };
}

const codeOf = (x: number, { scale, low, high }: Grid) => encode(x, { scale, offset: 0, minCode: low, maxCode: high });

/** Codes around zero and a power of two for each channel, the last axis, as QKeras finds them while it runs. */
function found({ shape, values }: Parameter, { bits, high, alpha }: Grid, step: number): WeightCodes {
  const channels = shape.length > 1 ? (shape.at(-1) as number) : 1;
  const powerOf = (x: number) => 2 ** Math.floor(Math.log2(x + EPSILON) + 0.5);
  const [least, most] = [
    new Float64Array(channels).fill(Number.POSITIVE_INFINITY),
    new Float64Array(channels).fill(Number.NEGATIVE_INFINITY),
  ];
  values.forEach((v, i) => {
    least[i % channels] = Math.min(least[i % channels], v);
    most[i % channels] = Math.max(most[i % channels], v);
  });
  const scales = most.map((end, c) => {
    const spread = (end - least[c]) / step / (2 ** bits - 1);
    return alpha === 'auto' ? spread || EPSILON : powerOf(spread);
  });
  const codes = new Float32Array(values.length);
  for (let turn = 0; turn < REFINEMENTS; turn++) {
    const [products, squares] = [new Float64Array(channels), new Float64Array(channels)];
    values.forEach((v, i) => {
      const c = i % channels;
      const x = v / step;
      codes[i] = Math.sign(x) * Math.min(high, Math.floor(Math.abs(x) / scales[c] + 0.5));
      products[c] += x * codes[i];
      squares[c] += codes[i] * codes[i];
    });
    const size = values.length / channels;
    products.forEach((product, c) => {
      scales[c] = powerOf(product / size / (squares[c] / size + EPSILON));
    });
  }
  return { codes, scales: Float32Array.from(scales, (s) => s * step), axis: shape.length - 1, bits };
}

/** A weight under a layer's quantizer: its levels, and its codes if it has a quantizer. @throws Refusal */
export function quantizedWeight(
  config: Config,
  key: string,
  parameter: Parameter,
): { readonly parameter: Parameter; readonly codes?: WeightCodes } {
  const { shape, values } = parameter;
  const size = binaryScale(config, key);
  if (size !== undefined) {
    const codes = values.map((v) => (v >= 0 ? 1 : -1));
    const binary = { codes, scales: Float32Array.of(size), axis: shape.length - 1, bits: 1 };
    return { parameter: { shape, values: codes.map((code) => code * size) }, codes: binary };
  }
  const grid = gridOf(config, key);
  if (grid === undefined) return { parameter };
  const { bits, scale, alpha, high } = grid;
  const step = scale * (high + 1);
  const codes =
    typeof alpha === 'string'
      ? found(parameter, grid, step)
      : {
          codes: values.map((x) => codeOf(x, grid)),
          scales: Float32Array.of(alpha * scale),
          axis: shape.length - 1,
          bits,
        };
  const channels = codes.scales.length;
  return { parameter: { shape, values: codes.codes.map((code, i) => code * codes.scales[i % channels]) }, codes };
}

/**
 * The rounding of an activation, and whether it begins with a ReLU; of a binary one, the number of which it gives plus or minus.
 * Undefined for a function of Keras. @throws Refusal
 */
export function quantizedActivation(
  config: Config,
): { readonly codes: ActivationCodes; readonly rectifies: boolean } | { readonly binary: number } | undefined {
  const binary = binaryScale(config, 'activation');
  if (binary !== undefined) return { binary };
  const { name = '' } = quantizerIn(config, 'activation') ?? {};
  if (!/^(quantized_|stochastic_|ternary$|bernoulli$)/.test(name)) return undefined;
  const grid = gridOf(config, 'activation');
  if (grid === undefined) return undefined;
  if (typeof grid.alpha === 'string')
    refuse('The scale of its activation is found anew for each image.', 'Train the network with alpha=1.');
  const { scale, alpha, low, high, rectifies } = grid;
  return { codes: { scale: scale * alpha, zero: 0, low, high }, rectifies };
}

/** @throws Refusal for a quantizer that cannot be run. */
export function checkQuantizers(config: Config, ...keys: string[]): void {
  for (const key of keys) if (binaryScale(config, key) === undefined) gridOf(config, key);
}
