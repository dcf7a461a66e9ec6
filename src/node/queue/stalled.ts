// When a job counts as abandoned. Its worker holds a lock on it, which it renews; whoever waits or works looks for jobs
// without a lock, and gives them to others.

/** Seconds that a lock lasts without being renewed. */
export const PATIENCE_SECONDS = 30;

/** How searches and workers look for abandoned jobs. */
export const STALLED = {
  /** Milliseconds between looks; a job is found at the second look after its lock ended. */
  stalledInterval: 2000,
  /** A job that so many workers did not survive is given up. */
  maxStalledCount: 4,
} as const;
