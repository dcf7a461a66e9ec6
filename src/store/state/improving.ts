// Improving the rounding without training: what runs, and what it changed.
import type { Measurement, RoundingProgress } from '../../engine/protocol/measuring';
import type { BitPolicy } from '../../graph/policy';
import type { PairedDifference, Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';

/** `improve`: error feedback and levels of least output error; `learn`: these codes learned further. */
export type ImprovingStep = 'improve' | 'learn';

/** An improvement in progress. The desk keeps its scheme until codes are chosen. */
export interface Improving {
  readonly step: ImprovingStep;
  /** The policy is measured as it is first, then codes are chosen. */
  readonly phase: 'before' | 'choosing';
  readonly progress: RoundingProgress | null;
  /** Milliseconds since the page was opened. */
  readonly since: number;
}

/** What an improvement changed: one policy on the same test images, before and after. */
export interface Improved {
  readonly step: ImprovingStep;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Fingerprint of network and images. */
  readonly fingerprint: string;
  /** The scheme to go back to. */
  readonly schemeBefore: QuantScheme;
  readonly before: Measurement;
  /** Seconds that the choice took. */
  readonly seconds: number;
  /** Images that the choice looked at. */
  readonly images: number;
  /** After the improvement, on as many images as were measured so far; null before the first stage. */
  readonly after: {
    readonly before: Proportion;
    readonly after: Proportion;
    readonly difference: PairedDifference;
  } | null;
}

export interface ImprovingSlice {
  readonly improving: Improving | null;
  readonly improved: Improved | null;
}

export const NOT_IMPROVED: ImprovingSlice = { improving: null, improved: null };
