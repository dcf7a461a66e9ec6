// The layers and weights of a Keras model in the making, as TensorFlow.js writes it.
import type { Padding } from '../../graph/network';

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Collects layers and weights. */
export class LayersModel {
  readonly layers: unknown[] = [];
  readonly weights: Weight[] = [];
  private readonly names = new Set<string>();

  /** Adds a layer and returns its name, `wanted` or with a number appended if that is taken. */
  add(
    kind: string,
    wanted: string,
    inputs: readonly string[],
    config: object,
    weights: Readonly<Record<string, Omit<Weight, 'name'>>> = {},
  ): string {
    let name = wanted;
    for (let i = 2; this.names.has(name); i++) name = `${wanted}_${i}`;
    this.names.add(name);
    this.layers.push({
      class_name: kind,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    });
    for (const [part, weight] of Object.entries(weights)) this.weights.push({ name: `${name}/${part}`, ...weight });
    return name;
  }

  padded(wanted: string, input: string, [top, bottom, left, right]: Padding): string {
    const padding = [
      [top, bottom],
      [left, right],
    ];
    return this.add('ZeroPadding2D', wanted, [input], { padding, data_format: 'channels_last' });
  }
}
