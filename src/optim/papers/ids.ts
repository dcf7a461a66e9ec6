// Which published programs there are, without their tables.

/** What the limit is of. */
export const HAWQ_KINDS = ['size', 'bitOps', 'latency'] as const;
export type HawqKind = (typeof HAWQ_KINDS)[number];

/** How far the limit is on the way from all 4 to all 8 bits. */
export const HAWQ_FRACTIONS = [0.25, 0.5, 0.75] as const;
export type HawqFraction = (typeof HAWQ_FRACTIONS)[number];

/** How output positions of strided convolutions are counted: as LIMPQ's script does, or as they are. */
export type Positions = 'script' | 'true';

/** One of the programs. */
export type PaperId =
  | { readonly paper: 'limpq'; readonly positions: Positions }
  | { readonly paper: 'hawq'; readonly kind: HawqKind; readonly fraction: HawqFraction };

/** All of them, in the order in which they are shown. */
export const PAPER_IDS: readonly PaperId[] = [
  { paper: 'limpq', positions: 'script' },
  { paper: 'limpq', positions: 'true' },
  ...HAWQ_KINDS.flatMap((kind) => HAWQ_FRACTIONS.map((fraction) => ({ paper: 'hawq', kind, fraction }) as const)),
];
