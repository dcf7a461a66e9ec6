// An architecture whose weights people have without its graph, e.g. as a state_dict of PyTorch. Files are matched with it by
// shapes; strides, padding and activations, which weights do not tell, are those of the reference.
import type { Architecture } from '../../graph/network';

export interface KnownArchitecture {
  readonly label: string;
  /** Whose program defines it. */
  readonly reference: string;
  /** Sides of square images to try, the likeliest first. */
  readonly sides: readonly number[];
  /** The size of its images where they are not square; `sides` has none then. */
  readonly input?: readonly [h: number, w: number, c: number];
  /** Filters of its first convolution, where others would mean other strides; absent for any. */
  readonly stem?: number;
  /** Channels of its images, where others would mean another network; absent for any. */
  readonly channels?: number;
  /**
   * Layers, batch norms and dense layers in the order in which the program registers them, each kind for itself. `stem` is the
   * number of filters of the first convolution.
   */
  build(input: readonly [h: number, w: number, c: number], classes: number, stem: number): Architecture;
}

/** Sides of the images of networks that average over the last image: any works. */
export const CIFAR = [32] as const;
export const IMAGENET = [224] as const;
