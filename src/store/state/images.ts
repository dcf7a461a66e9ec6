// Single images: the flips attributed to layers, and a picture of the person's own.
import type { Classification } from '../../engine/protocol/inspecting';

/** The share of each part of the network in the prediction of one image: entries of `Attribution`, for this image. */
export interface ImageAttribution {
  readonly lead: number;
  readonly parts: readonly (readonly string[])[];
  readonly restored: Float32Array;
  readonly flipsBack: Uint8Array;
}

export interface ImageSlice {
  /** Flipped test images in view, to be attributed to layers. */
  readonly flipsInView: readonly number[];
  /** Attributed images by index, under what `of` names (store/inspect/attribution.ts), and why an attribution failed. */
  readonly attribution: { readonly of: string; readonly images: Readonly<Record<number, ImageAttribution>> } | null;
  readonly attributionProblem: { readonly of: string; readonly message: string } | null;
  /** A picture of the person's own, RGBA; its latest classification, and why there is none. */
  readonly ownPicture: Uint8ClampedArray | null;
  readonly classified: Classification | null;
  readonly ownPictureProblem: { readonly of: string; readonly message: string } | null;
}

export const INITIAL_IMAGES: ImageSlice = {
  flipsInView: [],
  attribution: null,
  attributionProblem: null,
  ownPicture: null,
  classified: null,
  ownPictureProblem: null,
};
