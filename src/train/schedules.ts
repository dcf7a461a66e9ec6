// Learning rates over a run, as a function of the share of steps done.

/** Learning rate at `progress` in [0, 1] for a peak of 1. */
export type Schedule = (progress: number) => number;

const WARM_UP = 0.25;
const FIRST = 0.1;
const LAST = 0.0005;

const cosine = (from: number, to: number, t: number) => to + ((from - to) * (1 + Math.cos(Math.PI * t))) / 2;

/** Schedules by name. */
export const schedules = {
  /** Cosine decay from the peak to 0. Reference: I. Loshchilov, F. Hutter, arXiv 1608.03983. */
  cosine: (progress: number) => cosine(1, 0, progress),
  /**
   * Up from a tenth of the peak over the first quarter, then down to 1/2000, both along half a cosine.
   * Reference: L. Smith, N. Topin, arXiv 1708.07120, with PyTorch's OneCycleLR(pct_start 0.25, div_factor 10).
   */
  'one-cycle': (progress: number) =>
    progress < WARM_UP ? cosine(FIRST, 1, progress / WARM_UP) : cosine(1, LAST, (progress - WARM_UP) / (1 - WARM_UP)),
} as const satisfies Record<string, Schedule>;

export type ScheduleId = keyof typeof schedules;
