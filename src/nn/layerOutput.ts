// The output of one layer of a network, for display: the numbers that the rest of the network reads.
import type * as tf from '@tensorflow/tfjs-core';
import type { Inference } from './inference';

/**
 * The output of `layer` for a batch, [n, h, w, c] or [n, units]: after its batch norm and ReLU if they follow it alone.
 * The caller owns the result; `input` makes the batch [n, h, w, c], which is disposed.
 */
export function layerOutput(model: Inference, layer: string, input: () => tf.Tensor4D): tf.Tensor {
  const wanted = model.steps.findIndex(({ node }) => node.id === layer);
  let kept: tf.Tensor | undefined;
  const { logits } = model.run(input, {
    get: () => undefined,
    insists: true,
    wants: (step) => step === wanted,
    offer: (step, _, result) => {
      if (step === wanted) kept = result;
      return step === wanted;
    },
  });
  logits.dispose();
  if (kept === undefined) throw new Error(`${model.network.name} has no layer "${layer}".`);
  return kept;
}
