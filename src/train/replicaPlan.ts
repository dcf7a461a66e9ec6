// A replica as plain data, so that another engine can make the same one; and its shards and passes, likewise.
import * as tf from '@tensorflow/tfjs-core';
import type { BatchPlan } from '../data/batch';
import { byteSet } from '../data/byteSet';
import type { Dataset, ImageSet } from '../data/dataset';
import { layersOf, type Network } from '../graph/network';
import { Supernet } from '../nn/supernet';
import type { Choose, SupernetOptions } from '../nn/supernetOptions';
import { Trainable } from '../nn/trainable';
import type { Rounding } from '../rounding/rounding';
import { type Goal, openGoal } from './goals';
import { Replica, type Shard } from './replica';

/** How images are shown to the network, and how many classes there are. */
export interface Geometry extends Pick<Dataset, 'height' | 'width' | 'normalization'> {
  readonly classes: number;
}

export function geometryOf({ height, width, normalization, classes }: Dataset): Geometry {
  return { height, width, normalization, classes: classes.length };
}

/** What is trained: a network, under a rounding if there is one; or one of several widths, with shared kernels. */
export type Trained =
  | { readonly network: Network; readonly quantAware: Rounding | undefined }
  | { readonly network: Network; readonly widths: Omit<SupernetOptions, 'kernels'> };

export interface ReplicaPlan {
  readonly trained: Trained;
  readonly goal: Goal;
  readonly geometry: Geometry;
}

/** What a replica elsewhere is asked, whatever it trains. */
export type AnyReplica = Replica<unknown, unknown>;

/** A replica that owns its model and goal. Dispose it when done. */
export interface OpenReplica {
  readonly replica: AnyReplica;
  dispose(): void;
}

const NO_IMAGES = byteSet(new Uint8Array(0), new Uint8Array(0));

/** Makes a replica with the values of `state`. */
export function openReplica(
  { trained, goal, geometry }: ReplicaPlan,
  state: ReadonlyMap<string, Float32Array>,
): OpenReplica {
  const target = openGoal(goal, geometry.classes);
  const model =
    'widths' in trained
      ? new Supernet(trained.network, trained.widths)
      : new Trainable(trained.network, trained.quantAware);
  model.restore(state);
  const replica = new Replica<never, never>(model, target.of, NO_IMAGES, geometry) as unknown as AnyReplica;
  const dispose = () => {
    model.dispose();
    target.dispose();
  };
  return { replica, dispose };
}

/** A shard with its images as bytes [n, h, w, 3] and their labels. */
export interface SentShard extends Omit<BatchPlan, 'indices'> {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly share: number;
}

export function sentShard({ plan, share }: Shard, images: ImageSet, { height, width }: Geometry): SentShard {
  const { indices, flips, rows, columns } = plan;
  const size = height * width * 3;
  const pixels = new Uint8Array(indices.length * size);
  indices.forEach((image, i) => {
    images.read(image, pixels, i * size);
  });
  return { pixels, labels: Uint8Array.from(indices, (image) => images.label(image)), flips, rows, columns, share };
}

export function receivedShard({ pixels, labels, share, ...shown }: SentShard): { shard: Shard; images: ImageSet } {
  const indices = Uint32Array.from(labels, (_, i) => i);
  return { shard: { plan: { indices, ...shown }, share }, images: byteSet(pixels, labels) };
}

/** The passes of a step of a network of several widths: for each, the choice of each layer; undefined for others. */
export type SentPasses = readonly Readonly<Record<string, number | Float32Array>>[] | undefined;

export function sentPasses({ network }: Trained, passes: readonly Choose[] | undefined): SentPasses {
  return passes?.map((choose) =>
    Object.fromEntries(
      layersOf(network).map(({ id }) => {
        const choice = tf.tidy(() => {
          const chosen = choose(id);
          return typeof chosen === 'number' ? chosen : Float32Array.from(chosen.dataSync());
        });
        return [id, choice];
      }),
    ),
  );
}

/** Call the choices inside `tf.tidy`. */
export function receivedPasses(passes: SentPasses): readonly Choose[] | undefined {
  return passes?.map((choices) => (layer) => {
    const choice = choices[layer];
    return typeof choice === 'number' ? choice : tf.tensor1d(choice);
  });
}
