// The definition of a readable class of Keras layers, and the helpers shared by many: activations, windows, layouts.
import type { Parameter } from '../../../graph/network';
import type { GraphBuilder, Value } from '../graphBuilder';
import type { ActivationCodes, LayerRoundings } from '../layerRounding';
import { refuse } from '../refusal';
import { tensorflowWindow } from '../tensorflowImages';
import type { Config } from './config';

/** The output of a layer, and how the file rounds it if nothing was computed since. */
export interface LayerValue extends Value {
  readonly rounded?: ActivationCodes | 'fixed';
}

/** A layer call with all its inputs. */
export interface LayerContext {
  readonly net: GraphBuilder;
  /** Name of its node, and prefix of further nodes. */
  readonly id: string;
  readonly config: Config;
  readonly inputs: readonly LayerValue[];
  /** Where layers of QKeras record how they are rounded. */
  readonly roundings: LayerRoundings;
  /** In the order of `parts`. */
  readonly weights: readonly Parameter[];
  /** Written by Keras 3, where some names mean something else than before. */
  readonly isKeras3: boolean;
}

/** How a class of layers is read. */
export interface LayerKind {
  /** @throws Refusal for a configuration that cannot run on the page with any input. */
  check?(config: Config): void;
  /** Names of its weights, in Keras's order of creation. */
  parts?(config: Config): readonly string[];
  /** @throws Refusal */
  build(context: LayerContext): LayerValue;
}

/** @throws Refusal for an unsupported layout. */
export function checkFormat(config: Config): void {
  if (config.text('data_format', 'channels_last') === 'channels_first')
    refuse(
      'It has its channels first; only channels_last is read.',
      'Build the model with data_format="channels_last", and save it again.',
    );
}

/** @throws Refusal for unsupported padding or layout of windows. */
export function checkWindow(config: Config): void {
  const padding = config.text('padding', 'valid');
  if (padding !== 'same' && padding !== 'valid')
    refuse(`Its padding is "${padding}"; "same" and "valid" can be run.`, 'Build the model with one of them.');
  checkFormat(config);
}

/** A window over `x`, with the padding of its configuration. */
export function windowOf(
  config: Config,
  x: Value,
  size: readonly [number, number],
  strides: readonly [number, number],
) {
  const dilations = config.pair('dilation_rate', [1, 1]);
  const kind = config.text('padding', 'valid') as 'same' | 'valid';
  return tensorflowWindow(kind, x.shape, { size, strides, dilations });
}
