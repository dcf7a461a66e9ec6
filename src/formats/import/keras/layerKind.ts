// What a class of Keras layers must say to be read, and what many of them share: activations, windows, layouts.
import type { Parameter } from '../../../graph/network';
import { type Assembler, tensorflowPadding, type Value } from '../assembler';
import type { Config } from './config';

/** A layer call with everything it reads. */
export interface LayerContext {
  readonly net: Assembler;
  /** Name for its node; more nodes take it as a prefix. */
  readonly id: string;
  readonly config: Config;
  readonly inputs: readonly Value[];
  /** In the order of `parts`. */
  readonly weights: readonly Parameter[];
}

/** How a class of layers is read. */
export interface LayerKind {
  /** Why a configuration cannot run on the page, whatever it reads. */
  refuses?(config: Config): string | undefined;
  /** Names of its weights, in the order in which Keras creates them. */
  parts?(config: Config): readonly string[];
  /** @throws Refusal */
  build(context: LayerContext): Value;
}

const ACTIVATIONS = new Set(['linear', 'relu', 'relu6', 'softmax']);

/** Why an activation cannot be run. */
export function refusesActivation(config: Config): string | undefined {
  const name = config.functionName('activation', 'linear');
  return ACTIVATIONS.has(name)
    ? undefined
    : `Its activation is "${name}"; relu, relu6 and softmax can be run. Train the network with one of them.`;
}

/** The layer's own activation after its output. */
export function activated({ net, id, config }: LayerContext, x: Value): Value {
  const name = config.functionName('activation', 'linear');
  return name === 'linear' ? x : net.add(name as 'relu' | 'relu6' | 'softmax', `${id}_${name}`, [x], {});
}

/** Why a layout cannot be run. */
export const refusesFormat = (config: Config): string | undefined =>
  config.text('data_format', 'channels_last') === 'channels_first'
    ? 'It has its channels first; only channels_last is read. Build the model with data_format="channels_last", and save it again.'
    : undefined;

/** Why a window's padding, dilation or layout cannot be run. */
export function refusesWindow(config: Config): string | undefined {
  const padding = config.text('padding', 'valid');
  const dilation = config.pair('dilation_rate', [1, 1]);
  if (padding !== 'same' && padding !== 'valid')
    return `Its padding is "${padding}"; "same" and "valid" can be run. Build the model with one of them.`;
  if (dilation.some((d) => d !== 1))
    return `Its dilation is ${dilation.join('x')}; only undilated windows can be run. Train the network without dilation_rate.`;
  return refusesFormat(config);
}

/** A window over `x`, with the padding of its configuration. */
export function windowOf(
  config: Config,
  x: Value,
  size: readonly [number, number],
  strides: readonly [number, number],
) {
  const padding = tensorflowPadding(config.text('padding', 'valid') as 'same' | 'valid', x.shape, size, strides);
  return { size, strides, padding };
}
