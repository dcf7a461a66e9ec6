// The job of a race: how fast a backend evaluates and trains a network, on noise.
import * as tf from '@tensorflow/tfjs-core';
import type { InputNode, Network } from '../graph/network';
import { createRng } from '../math/rng';
import { Inference } from '../nn/inference';
import { Trainable } from '../nn/trainable';
import { floatRounding } from '../rounding/rounding';
import { labelGoal } from '../train/goals';
import type { JobAnswer, JobContext } from './job';

/** `network` is a key of what the member holds. */
export interface PaceToMeasure {
  readonly network: string;
  /** Without training steps the pace of evaluation alone is measured. */
  readonly trains: boolean;
  /** Milliseconds for each of the two, after a first round that does not count. */
  readonly milliseconds: number;
}

/** Images per second; NaN for training that was not measured. */
export interface Pace {
  readonly evaluation: number;
  readonly training: number;
}

const EVALUATED = 64;
const TRAINED = 16;
/** Steps this small leave the network as it is. */
const SGD = { learningRate: 1e-9, momentum: 0, weightDecay: 0 };

/** Images per second of rounds of `n` images each. */
async function rate(n: number, milliseconds: number, round: () => Promise<void>, rest: () => Promise<void>) {
  await round();
  await rest();
  const start = performance.now();
  let done = 0;
  do {
    await round();
    done += n;
  } while (performance.now() - start < milliseconds);
  return (1000 * done) / (performance.now() - start);
}

/** Measures the pace. */
export async function pace(
  { network: key, trains, milliseconds }: PaceToMeasure,
  { held, breathe }: JobContext,
): Promise<JobAnswer<Pace>> {
  const network = held.get<Network>(key);
  const { shape } = network.nodes[0] as InputNode;
  const rng = createRng(1);
  const size = shape[0] * shape[1] * shape[2];
  const noise = (n: number) =>
    tf.tensor4d(
      Float32Array.from({ length: n * size }, () => rng.normal()),
      [n, ...shape],
    );
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const images = noise(EVALUATED);
  let classes = 1;
  const evaluation = await rate(
    EVALUATED,
    milliseconds,
    async () => {
      const { logits } = model.run(() => images.clone());
      classes = logits.shape[1];
      await logits.data();
      logits.dispose();
    },
    breathe,
  );
  model.dispose();
  images.dispose();
  if (!trains) return { value: { evaluation, training: Number.NaN } };

  const trainable = new Trainable(network);
  const shown = noise(TRAINED);
  const { loss, answers } = labelGoal(
    Uint8Array.from({ length: TRAINED }, (_, i) => i % classes),
    classes,
    0,
  );
  const training = await rate(
    TRAINED,
    milliseconds,
    async () => {
      const step = trainable.step(shown, loss, SGD);
      await step.loss.data();
      tf.dispose([step.loss, step.logits]);
    },
    breathe,
  );
  trainable.dispose();
  tf.dispose([shown, answers]);
  return { value: { evaluation, training } };
}
