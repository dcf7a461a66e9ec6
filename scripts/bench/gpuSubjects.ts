// On WebGPU, if the `webgpu` package is there: how many dispatches a training step takes, and training steps and
// evaluations by kernels of ours against tfjs' operations. On a software adapter only the counts mean something.
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../src/engine/backend';
import type { Network } from '../../src/graph/network';
import { uniformPolicy } from '../../src/graph/policy';
import { createRng } from '../../src/math/rng';
import { Inference } from '../../src/nn/inference';
import { Trainable } from '../../src/nn/trainable';
import { CompiledStep, tilesFor } from '../../src/nn/webgpu/compiledStep';
import { planStep } from '../../src/nn/webgpu/planStep';
import { installWebgpu } from '../../src/node/webgpu';
import { floatRounding, type Rounding } from '../../src/rounding/rounding';
import { labelGoal } from '../../src/train/goals';
import type { NetworkId } from '../../src/zoo/registry';
import { buildNetwork, eightBits } from './evaluations';
import { countGpu } from './gpuCounts';
import { randomPixels } from './gpuRates';
import type { Report } from './lines';
import { compareInTurns, within } from './turns';

const SGD = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
/** Small images, for software adapters. */
const SIDE = 8;

/** Makes WebGPU the current backend; false, with the reason on the console, if it does not start. */
export async function openGpu(): Promise<boolean> {
  try {
    await installWebgpu();
    const { device } = await chooseBackend({ forced: 'webgpu', onFault: (error) => console.error(error.message) });
    console.log(`WebGPU: ${device}`);
    return true;
  } catch (error) {
    console.log(`No WebGPU (npm i --no-save webgpu): ${(error as Error).message}`);
    return false;
  }
}

/** Dispatches of a float training step: ours against tfjs' operations. */
export async function trainDispatches(report: Report): Promise<void> {
  for (const id of ['tiny', 'resnet8', 'resnet20'] as const) {
    const network = buildNetwork(id, 16);
    const batch = 2;
    const model = new Trainable(network);
    const images = tf.randomNormal([batch, 16, 16, 3]) as tf.Tensor4D;
    const { loss, answers } = labelGoal(new Uint8Array(batch), 10, 0);
    const step = async () => {
      const result = model.step(images, loss, SGD);
      await result.loss.data();
      tf.dispose([result.loss, result.logits]);
    };
    await step();
    const { dispatches: baseline } = await countGpu(step);
    const ours = planStep(network, undefined, { batch, goal: { labelSmoothing: 0 } }).dispatches.length;
    const ratio = ours / baseline;
    report.add({
      ...{ id: `train-dispatches-${id}`, backend: 'webgpu', ours, baseline, ratio, lower: ratio, upper: ratio },
      ...{ unit: 'dispatches', equal: null },
    });
    model.dispose();
    tf.dispose([images, answers]);
  }
}

/** Learned steps of 4 bits; any range will do: the work is the same. */
function learnedSteps(network: Network): Rounding {
  return {
    ...eightBits(network),
    policy: uniformPolicy(network, 4, 4),
    scheme: { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' },
  };
}

/**
 * Training steps on images of 32x32 pixels, compiled against composed of tfjs' operations. Of each run the second step's loss
 * is compared, which depends on the first one's gradients.
 */
export async function gpuTrain(
  report: Report,
  ids: readonly NetworkId[] = ['tiny', 'resnet8', 'resnet20'],
): Promise<void> {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const batch = 4;
  const pixels = randomPixels(batch, 32);
  const labels = Uint8Array.from({ length: batch }, (_, i) => i);
  for (const id of ids)
    for (const [name, how] of [
      ['float', () => undefined],
      ['lsq4', learnedSteps],
    ] as const) {
      const network = buildNetwork(id);
      const rounding = how(network);
      const plan = planStep(network, rounding, { batch, goal: { labelSmoothing: 0 }, ...tilesFor(device) });
      const step = (await CompiledStep.create(device, plan)) as CompiledStep;
      const model = new Trainable(network, rounding);
      const images = tf.tensor4d(pixels, [batch, 32, 32, 3]);
      const { loss: goal, answers } = labelGoal(labels, 10, 0);
      const composed = async () => {
        const { loss, logits } = model.step(images, goal, SGD);
        const [value] = await loss.data();
        tf.dispose([loss, logits]);
        return value;
      };
      await compareInTurns<number>(
        report,
        { id: `train-step-${id}-${name}`, backend: 'webgpu', unit: 'images/s', per: 2 * batch, rounds: 5 },
        {
          ours: async () => {
            for (let i = 0; i < 2; i++) step.run(pixels, labels, SGD);
            return (await step.metrics())[1].loss;
          },
          baseline: async () => {
            await composed();
            return composed();
          },
          // A number that rounds the other way changes a loss.
          same: (ours, baseline) => Math.abs(ours - baseline) < (rounding ? 1e-2 : 1e-4) * baseline,
        },
      );
      step.dispose();
      model.dispose();
      tf.dispose([images, answers]);
    }
}

/** A batch in float and in 8 bits, by kernels of ours against tfjs' operations; and the dispatches of both. */
export async function gpuEvaluate(report: Report): Promise<void> {
  for (const id of ['tiny', 'resnet8', 'resnet20'] as const)
    for (const [bits, how] of [
      ['float', floatRounding],
      ['8-bit', eightBits],
    ] as const) {
      const network = buildNetwork(id, SIDE);
      const batch = 8;
      const rng = createRng(2);
      const pixels = Float32Array.from({ length: batch * SIDE * SIDE * 3 }, () => rng.normal());
      const models = [false, true].map((composed) => {
        const model = new Inference(network, { composed });
        model.configure(how(network));
        return async () => {
          const { logits } = model.run(() => tf.tensor4d(pixels, [batch, SIDE, SIDE, 3]));
          const values = Float32Array.from(await logits.data());
          logits.dispose();
          return values;
        };
      });
      const [ours, baseline] = models;
      await compareInTurns<Float32Array>(
        report,
        { id: `evaluate-${id}-${bits}`, backend: 'webgpu', unit: 'images/s', per: batch },
        { ours, baseline, same: within(bits === 'float' ? 1e-5 : 0) },
      );
      const [few, many] = [await countGpu(ours), await countGpu(baseline)].map(({ dispatches }) => dispatches);
      const ratio = few / many;
      report.add({
        ...{ id: `evaluate-dispatches-${id}-${bits}`, backend: 'webgpu', ours: few, baseline: many },
        ...{ ratio, lower: ratio, upper: ratio, unit: 'dispatches', equal: null },
      });
    }
}
