// Gradients of a network in inference: batch norms use their running statistics, nothing is rounded, nothing is
// updated. For predicting how the loss changes when kernels or layer inputs change a little.
import * as tf from '@tensorflow/tfjs-core';
import { type BatchNormNode, type LayerNode, layersOf, type Network, parameterName } from '../graph/network';
import { inferShapes } from '../graph/shapes';
import type { Loss } from './stepSums';
import { trainingPass } from './trainingPass';

/** One tensor per layer, by layer id. */
export type LayerTensors = ReadonlyMap<string, tf.Tensor>;

/** A network on the device. Dispose it when done. */
export class FrozenGradients {
  private readonly layers: readonly LayerNode[];
  private readonly parameters = new Map<string, tf.Tensor>();
  private readonly shapes: ReadonlyMap<string, readonly number[]>;

  constructor(private readonly network: Network) {
    this.layers = layersOf(network);
    this.shapes = inferShapes(network);
    for (const [name, { shape, values }] of network.parameters)
      this.parameters.set(name, tf.tensor(values, [...shape]));
  }

  /**
   * Gradient of a batch's loss [n, h, w, c] with respect to each kernel, at the kernels plus `changes`. The caller owns
   * all.
   */
  byKernels(images: tf.Tensor4D, loss: Loss, changes?: LayerTensors): LayerTensors {
    const gradients = tf.tidy(() => {
      const kernels = this.layers.map(({ id }) => {
        const change = changes?.get(id);
        return change === undefined ? this.kernel(id) : tf.add(this.kernel(id), change);
      });
      return tf.grads((...at: tf.Tensor[]) => {
        const byId = this.byLayer(at);
        return loss(this.forward(images, (_, x) => x, byId));
      })(kernels);
    });
    return this.byLayer(gradients);
  }

  /**
   * The input of each layer for a batch [n, h, w, c], and the gradient of the loss with respect to it. The caller owns
   * all.
   */
  byInputs(images: tf.Tensor4D, loss: Loss): { readonly inputs: LayerTensors; readonly gradients: LayerTensors } {
    const read = new Map<string, tf.Tensor>();
    const gradients = tf.tidy(() => {
      const [n] = images.shape;
      const nothing = this.layers.map(({ inputs: [input] }) => tf.zeros([n, ...(this.shapes.get(input) as number[])]));
      return tf.grads((...added: tf.Tensor[]) => {
        const byId = this.byLayer(added);
        const input = ({ id }: LayerNode, x: tf.Tensor) => {
          read.set(id, tf.keep(x.clone()));
          return tf.add(x, byId.get(id) as tf.Tensor);
        };
        return loss(this.forward(images, input));
      })(nothing);
    });
    return { inputs: read, gradients: this.byLayer(gradients) };
  }

  dispose(): void {
    for (const tensor of this.parameters.values()) tensor.dispose();
  }

  private forward(
    images: tf.Tensor4D,
    input: (layer: LayerNode, x: tf.Tensor) => tf.Tensor,
    kernels?: LayerTensors,
  ): tf.Tensor2D {
    return trainingPass(this.network, images, {
      input,
      kernel: ({ id }) => kernels?.get(id) ?? this.kernel(id),
      parameter: ({ id }, part) => this.parameter(id, part),
      normalize: ({ id, epsilon }: BatchNormNode, x) => {
        const part = (name: string) => this.parameter(id, name) as tf.Tensor1D;
        return tf.batchNorm(x, part('mean'), part('variance'), part('beta'), part('gamma'), epsilon);
      },
    });
  }

  private byLayer(tensors: readonly tf.Tensor[]): Map<string, tf.Tensor> {
    return new Map(this.layers.map(({ id }, l) => [id, tensors[l]]));
  }

  private kernel(id: string): tf.Tensor {
    return this.parameter(id, 'kernel');
  }

  private parameter(id: string, part: string): tf.Tensor {
    return this.parameters.get(parameterName(id, part)) as tf.Tensor;
  }
}
