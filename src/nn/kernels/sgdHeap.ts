// One step of stochastic gradient descent as a loop over the heap.
import { type HeapKernel, sizeOf } from './heap';

/**
 * Nesterov momentum with L2 weight decay, as PyTorch's SGD: g += decay w; v = momentum v + g; w -= rate (g + momentum
 * v). Outputs the new weights and velocities.
 */
export const sgdStep: HeapKernel = {
  name: 'FewbitsSgdStep',
  inputs: ['weights', 'gradient', 'velocity'],
  outputs: ({ shapes: [weights] }) => [weights, weights],
  loop([weights, gradient, velocity], [newWeights, newVelocity], { attrs }) {
    const { rate, momentum, decay } = attrs as { rate: number; momentum: number; decay: number };
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i] + decay * weights[i];
      const v = momentum * velocity[i] + g;
      newVelocity[i] = v;
      newWeights[i] = weights[i] - rate * (g + momentum * v);
    }
  },
  wasm: {
    run({ sgdStep }, inputs, outputs, { shapes: [weights], attrs }) {
      const { rate, momentum, decay } = attrs as { rate: number; momentum: number; decay: number };
      sgdStep(...inputs, ...outputs, sizeOf(weights), rate, momentum, decay);
    },
  },
};
